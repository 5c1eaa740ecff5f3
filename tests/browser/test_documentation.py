"""The generated documentation in a browser: its pages, its search, its two colour schemes and its home."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import ROOT, WAIT_MILLISECONDS, Watch

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOCS = ROOT / "docs"
SECTIONS = sorted({page.parent.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")})
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the class above
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, list[str]]:
    """The addresses of all pages, below the site's, by section; the chat example's own page is tested by itself."""
    found: dict[str, list[str]] = {}
    for file in sorted(set(site.rglob("*.html")) - set((site / "reference" / "chat").rglob("*.html"))):
        found.setdefault(file.parent.relative_to(site).as_posix(), []).append(file.relative_to(site).as_posix())
    return found


@pytest.fixture
def watch(address: str) -> Watch:
    return Watch(urlsplit(address).netloc)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, address: str, watch: Watch) -> AsyncIterator[Page]:
    """An empty page in a light scheme."""
    context = await browser.new_context(viewport=DESKTOP, color_scheme="light")
    page = await context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    watch.attach(page)
    yield page
    await context.close()
    watch.check()


@pytest.mark.parametrize("section", SECTIONS)
async def test_pages_render_on_a_phone_without_complaint_or_request_elsewhere(
    page: Page, address: str, pages: dict[str, list[str]], section: str
) -> None:
    await page.set_viewport_size(PHONE)
    too_wide = []
    for name in pages[section]:
        answer = await page.goto(f"{address}/{name}")
        assert answer is not None
        assert answer.status == 200
        await expect(page.locator("h1")).to_have_count(1)
        width = await page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            too_wide.append((name, width))
    assert too_wide == []


async def test_all_pages_belong_to_a_section(pages: dict[str, list[str]]) -> None:
    assert sorted(pages) == SECTIONS


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("subprotocol", "guides/websocket.html"),
        ("pyfly-route", "errors/pyfly-route.html"),
        ("WebSocketSession", "reference/"),
    ],
)
async def test_search_finds_the_page(page: Page, address: str, words: str, expected: str) -> None:
    await page.goto(f"{address}/index.html")
    await page.get_by_role("textbox", name="Search").click()
    # Pasted: where typing is slow, the theme searches for what is half a word, and complains of "pyfly-r".
    await page.keyboard.insert_text(words)
    await page.keyboard.press("End")
    found = page.locator(f".md-search-result__link[href*='{expected}']").first
    await expect(found).to_be_visible()
    await found.click()
    await expect(page).to_have_url(re.compile(re.escape(expected)))


async def test_dark_scheme_is_switched_on_and_kept(page: Page, address: str) -> None:
    await page.goto(f"{address}/index.html")
    body = page.locator("body")
    await expect(body).to_have_attribute("data-md-color-scheme", "default")
    light = await body.evaluate("element => getComputedStyle(element).backgroundColor")
    await page.get_by_title("Switch to dark mode").click()
    await expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert await body.evaluate("element => getComputedStyle(element).backgroundColor") != light
    await page.goto(f"{address}/guides/websocket.html")
    await expect(body).to_have_attribute("data-md-color-scheme", "slate")


async def test_scheme_of_the_system_is_followed(page: Page, address: str) -> None:
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{address}/index.html")
    await expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


async def test_code_is_copied(page: Page, address: str) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{address}/tutorial/first-endpoint.html")
    await page.get_by_role("button", name="Copy to clipboard").first.click()
    await expect(page.get_by_text("Copied to clipboard")).to_be_visible()
    assert "@websocket_mapping" in await page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_home_shows_program_checker_and_console_on_one_screen(page: Page, address: str, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(f"{address}/index.html")
    picture = page.locator(f"img[src*='console-{scheme}']")
    await expect(picture).to_be_visible()
    await expect(page.locator(".hero-console img:visible")).to_have_count(1)
    for shown in (
        page.locator("h1"),
        page.get_by_text("async def watch"),
        page.get_by_text("$ mypy sensors.py"),
        picture,
    ):
        box = await shown.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= DESKTOP["height"]
        assert box["x"] + box["width"] <= DESKTOP["width"]
    assert await picture.evaluate("image => image.naturalWidth") > 0
