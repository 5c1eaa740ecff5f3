"""The exported folder in a browser: on a plain web server, below a path, talking to a server on another origin."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from pyfly.apidocs import ApiInfo
from pyfly.apidocs.documents import Documents, documents_of
from pyfly.apidocs.openapi import openapi_document
from pyfly.apidocs.site import site_files
from tests.browser.conftest import APPLICATION, ROOT, WAIT_MILLISECONDS, Watch, show
from tests.conftest import LiveServer, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SUB_PATH = "deep/down"
OPEN_TO_ALL = """
from starlette.middleware.cors import CORSMiddleware

app = CORSMiddleware(app, allow_origins=["*"])
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's own word
        """Keep the tests' output to themselves."""


@contextmanager
def plain_server(directory: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chat_documents() -> Documents:
    import examples.chat
    from tests.apidocs.documents import context_of

    return documents_of(context_of(examples.chat))


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The chat example on a server of its own, which lets pages of other origins ask it."""
    with serving(tmp_path_factory.mktemp("api")) as serve:
        yield serve(APPLICATION + OPEN_TO_ALL, path=ROOT / "examples", env={"PYFLY_ALLOWED_ORIGINS": "*"})


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the exported folder, below another path of a plain web server."""
    root = tmp_path_factory.mktemp("exported")
    documents = chat_documents()
    for name, content in site_files(documents.openapi, documents.asyncapi).items():
        path = root / SUB_PATH / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with plain_server(root) as address:
        yield f"{address}/{SUB_PATH}/"


class BothHosts(Watch):
    """Lets a page ask its own server and one other."""

    def allow(self, other: str) -> None:
        self.other = other

    def check(self) -> None:
        self.elsewhere = [url for url in self.elsewhere if urlsplit(url).netloc != self.other]
        super().check()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, exported: str, api: LiveServer) -> AsyncIterator[Page]:
    watch = BothHosts(urlsplit(exported).netloc)
    watch.allow(urlsplit(api.base_url).netloc)
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    watch.attach(page)
    await show(page, exported)
    yield page
    await context.close()
    watch.check()


async def name_server(page: Page, address: str) -> None:
    await page.get_by_label("Server", exact=True).fill(address)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Use", exact=True).click()
    await page.wait_for_selector("html[data-ready]", state="attached")


async def test_viewers_need_no_server(page: Page, exported: str) -> None:
    await expect(page).to_have_title("Chat")
    operation = page.locator(".opblock-get", has_text="/api/rooms")
    await operation.locator(".opblock-summary-control").click()
    await expect(operation.locator(".opblock-body")).to_be_visible()
    await expect(operation.get_by_role("button", name="Execute")).to_have_count(0)
    await page.get_by_role("link", name="WebSocket").click()
    await expect(page.locator("asyncapi-viewer .op").first).to_be_visible()
    await page.get_by_role("navigation").get_by_role("link", name="Console").click()
    await expect(page.locator("[data-view=console]")).to_contain_text("Name the server to talk to, above.")


async def test_console_talks_to_the_server_that_the_reader_names(page: Page, api: LiveServer) -> None:
    await page.get_by_role("navigation").get_by_role("link", name="Console").click()
    await name_server(page, api.ws_url)
    client = page.get_by_role("article", name="Client A")
    await client.get_by_label("Endpoint").select_option("WS /ws/chat")
    await expect(client.locator("[data-address]")).to_have_text(f"{api.ws_url}/ws/chat")
    await client.get_by_role("button", name="Connect").click()
    await expect(client.locator("[data-shown-state]")).to_have_text("Open")
    await client.get_by_label("Message text").fill("Hello")
    await client.get_by_role("button", name="Send", exact=True).click()
    await expect(client.locator("[data-log] > .in [data-content]")).to_have_text(["Hello"])


async def test_http_is_tried_at_the_server_that_the_reader_names(page: Page, api: LiveServer) -> None:
    await name_server(page, api.base_url)
    operation = page.locator(".opblock-get", has_text="/api/rooms")
    await operation.locator(".opblock-summary-control").click()
    await operation.get_by_role("button", name="Try it out").click()
    await operation.get_by_role("button", name="Execute").click()
    await expect(operation.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    await expect(operation.locator(".request-url")).to_contain_text(f"{api.base_url}/api/rooms")


async def test_server_is_remembered_until_it_is_taken_away(page: Page, exported: str, api: LiveServer) -> None:
    field = page.get_by_label("Server", exact=True)
    await name_server(page, api.base_url)
    await show(page, exported)
    await expect(field).to_have_value(api.base_url)
    await name_server(page, "")
    await expect(field).to_have_value("")


async def test_what_is_no_address_is_told(page: Page) -> None:
    await page.get_by_label("Server", exact=True).fill("ftp://example.com")
    await page.get_by_role("button", name="Use", exact=True).click()
    await expect(page.locator("[data-server-problem]")).to_contain_text("This is no address of a server")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://api.example.com/v1", "https://api.example.com/v1/"),
        ("wss://api.example.com", "https://api.example.com/"),
        ("ws://localhost:8000/", "http://localhost:8000/"),
        ("api.example.com", "https://api.example.com/"),
        ("localhost:8000", "http://localhost:8000/"),
        ("127.0.0.1:8000/shop", "http://127.0.0.1:8000/shop/"),
        ("https://api.example.com/?a=1#b", "https://api.example.com/"),
        ("ftp://example.com", None),
        ("javascript:alert(1)", None),
        ("  ", None),
    ],
)
async def test_addresses_of_servers(page: Page, text: str, expected: str | None) -> None:
    script = "async (text) => (await import('./assets/server.js')).serverAddress(text)"
    assert await page.evaluate(script, text) == expected


@pytest.mark.parametrize(
    ("given", "servers", "expected"),
    [
        ("https://given.test", ["https://told.test"], "https://given.test"),
        (None, ["/", "https://told.test/v1"], "https://told.test/v1"),
        (None, ["/"], ""),
    ],
)
async def test_page_begins_with_the_server_it_was_made_for(
    browser: Browser, tmp_path: Path, given: str | None, servers: list[str], expected: str
) -> None:
    from tests.apidocs.documents import context_of
    from tests.apidocs.showcase import CustomerController

    info = ApiInfo.model_validate({"servers": [{"url": url} for url in servers]})
    openapi = openapi_document(context_of(CustomerController), info=info)
    for name, content in site_files(openapi, {"asyncapi": "3.0.0"}, server=given).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with plain_server(tmp_path) as address:
        page = await browser.new_page()
        await show(page, address)
        await expect(page.get_by_label("Server", exact=True)).to_have_value(expected)
        await page.close()


async def test_form_fits_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.get_by_label("Server", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_served_page_asks_for_no_server(browser: Browser, served: LiveServer) -> None:
    page = await browser.new_page()
    await show(page, f"{served.base_url}/docs")
    await expect(page.get_by_label("Server", exact=True)).to_have_count(0)
    await page.close()
