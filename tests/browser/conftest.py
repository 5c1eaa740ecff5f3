"""A real browser for all tests, and the page it shows; every test also holds that the page complains of nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from tests.conftest import LiveServer, serving

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MILLISECONDS = 15_000
APPLICATION = '''
from collections.abc import AsyncIterator

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import Header, QueryParam, get_mapping, operation, request_mapping
from pyfly.web.sse import ServerSentEvent, sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/odd")
class OddController:
    @websocket_mapping("/fails")
    async def fails(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.receive_text()
        raise RuntimeError("on purpose")

    @websocket_mapping("/denies")
    async def denies(self, session: WebSocketSession) -> None:
        await session.deny(403)

    @websocket_mapping("/bytes")
    async def doubled(self, session: WebSocketSession) -> None:
        await session.accept("v2" if "v2" in session.subprotocols else None)
        await session.send_json(
            {"token": session.query_params.get("token"), "subprotocols": list(session.subprotocols)}
        )
        while True:
            await session.send_bytes(await session.receive_bytes() * 2)

    @operation(subprotocols=["talk.v1", "talk.v2"], close_codes={4004: "The room is closed for good."})
    @websocket_mapping("/members/{room}")
    async def members(
        self, session: WebSocketSession[str, str], room: str, token: QueryParam[str], x_key: Header[str] = ""
    ) -> None:
        """Talk to members.

        Only they may read.

        Args:
            token: Who you are.
        """
        await session.accept(session.subprotocols[-1] if session.subprotocols else None)
        await session.send(f"{token} among {list(session.query_params)}")
        async for message in session:
            await session.send(message)
            await session.close(4004)

    @sse_mapping("/ticks/{count:int}")
    async def ticks(self, count: int) -> AsyncIterator[ServerSentEvent]:
        for number in range(count):
            yield ServerSentEvent({"number": number}, event="tick", id=str(number))

    @get_mapping("/greeting")
    async def greeting(self, name: QueryParam[str]) -> str:
        return f"Hello, {name}!"


app = create_app("chat", OddController)
'''

DOCS = {"PYFLY_DOCS": "true"}


@dataclass
class Watch:
    """What a page complained of, and where else it went.

    Attributes:
        expected: Beginnings of complaints that belong to the test.
    """

    host: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def check(self) -> None:
        """Fail if there was anything that the test did not expect."""
        surprising = [text for text in self.complaints if not text.startswith(tuple(self.expected or ["\0"]))]
        assert surprising == []
        assert self.elsewhere == []

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.elsewhere.append(request.url)


def chromium() -> str:
    """The browser's path; without one the test is skipped, but in CI it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    reason = "there is no Chromium; install it, as with: apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The chat example and some odd endpoints, with their documentation."""
    with serving(tmp_path_factory.mktemp("served")) as serve:
        yield serve(APPLICATION, path=ROOT / "examples", env=DOCS)


@pytest.fixture
def watch(served: LiveServer) -> Watch:
    return Watch(urlsplit(served.base_url).netloc)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, served: LiveServer, watch: Watch) -> AsyncIterator[Page]:
    """The documentation page, at its start."""
    context = await browser.new_context()
    page = await context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    watch.attach(page)
    await show(page, f"{served.base_url}/docs")
    yield page
    await context.close()
    watch.check()


async def show(page: Page, address: str) -> None:
    """Go to an address of the page, anew, and wait until it is ready."""
    await page.goto("about:blank")
    await page.goto(address)
    await page.wait_for_selector("html[data-ready]", state="attached")
