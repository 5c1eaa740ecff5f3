"""The same client talks to servers."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.errors import MissingExtraError
from pyfly.testing import (
    ArgumentError,
    ClientError,
    ClientTimeout,
    EndpointError,
    HandshakeDenied,
    SessionEnded,
    connect_url,
    connect_url_sync,
)
from tests.conftest import free_port
from tests.testing.conftest import REGISTRY, WAIT, End, Fail, Said, Say, TalkController

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

SERVED = "from tests.testing.conftest import Running\n\napp = Running().app\n"


@pytest.fixture
def server(serve_app: ServeApp, backend: str) -> LiveServer:
    return serve_app(SERVED, backend=backend)


async def test_client_of_a_server_does_what_one_in_process_does(server: LiveServer, backend: str) -> None:
    connecting = connect_url(server.ws_url, TalkController.talk, 3, nickname="Ada").using(
        registry=REGISTRY, subprotocols=["v1"], headers={"x-a": "b"}
    )
    async with connecting as client:
        await client.send(Say(text="hello"))
        assert await client.receive() == Said("Ada: hello", 3)
        assert client.subprotocol == "v1"
        if backend != "granian":  # it sends no headers with its answer
            assert client.headers["x-room"] == "3"
        assert client.closing is None
        with pytest.raises(ClientTimeout) as late:
            await client.receive(timeout=0.01)
        assert str(late.value) == (
            "waited 0.01 s for Said from TalkController.talk: the session at "
            f"{server.ws_url}/talk/rooms/3?nickname=Ada is open; "
            "see the server's log, or give it longer with timeout=..."
        )
        await client.send(End(code=4000))
        assert await client.closed() == (4000, "asked to")
        with pytest.raises(SessionEnded):
            await client.send(Say(text="late"))
    with pytest.raises(HandshakeDenied) as denied:
        async with connect_url(f"{server.ws_url}/talk/refused?status=410"):
            pass
    assert (denied.value.status, denied.value.problem["detail"]) == (410, "nobody is here")
    async with connect_url(server.ws_url, TalkController.talk, 3).using(registry=REGISTRY) as client:
        await client.send(Fail())
        assert await client.closed() == (1011, "the handler failed")
    async with connect_url(f"{server.ws_url}/talk/raw") as raw:
        waiting = [asyncio.create_task(raw.receive_text()) for _ in range(3)]
        for text in "123":
            await raw.send_text(text)
        assert await asyncio.gather(*waiting) == ["1", "2", "3"]
        assert backend == "granian" or raw.cookies == {"seen": "yes", "q": "a b"}
        await raw.send_bytes(b"\x00")
        assert await raw.receive_bytes() == b"\x00"
        await raw.close(None)
        assert await raw.closed() == (1005, "")
        await raw.close(4000)
    async with connect_url(f"{server.ws_url}/talk/raw") as raw:
        await raw.vanish()
        assert (await raw.closed()).code == 1006


def test_synchronous_client_of_a_server(serve_app: ServeApp) -> None:
    server = serve_app(SERVED)
    with connect_url_sync(server.ws_url, TalkController.talk, room=3).using(registry=REGISTRY) as client:
        client.send(Say(text="hello"))
        assert client.receive() == Said("guest: hello", 3)
    with connect_url_sync(f"{server.ws_url}/talk/raw?x=1") as raw:
        raw.send_text("x")
        assert raw.receive_text() == "x"


async def problem_of(url: str, *arguments: Any, **named: Any) -> str:
    with pytest.raises(ClientError) as wrong:
        async with connect_url(url, *arguments, **named).using(registry=REGISTRY, timeout=5):
            pass
    return str(wrong.value)


async def test_wrong_urls_are_told() -> None:
    for url in ("http://127.0.0.1:8000", "/talk", "ws:///talk"):
        assert await problem_of(url) == (f'{url!r} is no WebSocket URL; write "ws://127.0.0.1:8000" or "wss://..."')
    url = f"ws://127.0.0.1:{free_port()}"
    told = await problem_of(url)
    assert told.startswith(f"no server answers at {url} (")
    assert told.endswith("); start it before the test connects")


async def test_unknown_handlers_are_told() -> None:
    async def chat(self: Any, session: Any) -> None: ...

    assert await problem_of("ws://127.0.0.1:1", chat) == (
        "no controller has chat; map it with @websocket_mapping, or give the whole URL alone"
    )
    with pytest.raises(EndpointError):
        async with connect_url("ws://127.0.0.1:1", TalkController.raw):
            pass
    with pytest.raises(ArgumentError, match="write connect"):
        async with connect_url("ws://127.0.0.1:1", TalkController.talk).using(registry=REGISTRY):  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
            pass


async def test_server_that_does_not_answer_is_told(unused_tcp_port: int) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        done.set()

    done = asyncio.Event()
    async with await asyncio.start_server(silent, "127.0.0.1", unused_tcp_port):
        with pytest.raises(ClientTimeout) as late:
            async with connect_url(f"ws://127.0.0.1:{unused_tcp_port}/").using(timeout=0.05):
                pass
        async with asyncio.timeout(WAIT):
            await done.wait()
    assert str(late.value) == (
        f"waited 0.05 s for the handshake to be answered: the server at ws://127.0.0.1:{unused_tcp_port} has not "
        "answered; see whether it is the right one, or give it longer with timeout=..."
    )


async def test_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyfly.testing.adapters.websockets", raising=False)
    monkeypatch.setitem(sys.modules, "websockets.asyncio.client", None)
    with pytest.raises(MissingExtraError) as missing:
        async with connect_url("ws://127.0.0.1:1/"):
            pass
    assert str(missing.value) == (
        "connect_url() needs websockets, which is not installed; run: pip install 'pyfly[testing]'"
    )


async def test_what_else_cannot_be_imported_is_no_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfly.testing.adapters.websockets", None)
    with pytest.raises(ModuleNotFoundError) as missing:
        async with connect_url("ws://127.0.0.1:1/"):
            pass
    assert not isinstance(missing.value, MissingExtraError)
