"""Clients that go while their handler only sends, or before it could answer, on each server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

APP = """
import asyncio
import sys

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

@rest_controller
class Ticker:
    @websocket_mapping("/tight")
    async def tight(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            await session.send_text("x" * 6000)

    @websocket_mapping("/paced")
    async def paced(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            await session.send_text("x" * 6000)
            await asyncio.sleep(0.01)

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            await session.send_text(await session.receive_text())

    async def on_disconnect(self, session: WebSocketSession) -> None:
        print("on_disconnect", session.close_code, flush=True)

    @get_mapping("/tasks")
    async def tasks(self) -> int:
        return len(asyncio.all_tasks())

app = create_app(sys.modules[__name__])
"""

FRAME = b"\x81\x82\x00\x00\x00\x00hi"


def upgrade(server: LiveServer, path: str, *, then: bytes = b"") -> socket.socket:
    """Send a handshake by hand, with what comes right behind it, and wait for the start of the answer."""
    raw = socket.create_connection((server.host, server.port), timeout=10)
    key = base64.b64encode(bytes(16)).decode()
    handshake = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    raw.sendall(handshake.encode() + then)
    assert raw.recv(10)
    return raw


def abort(raw: socket.socket) -> None:
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


@pytest.mark.parametrize("path", ["/tight", "/paced"])
async def test_a_handler_that_only_sends_holds_nobody_up_and_ends_when_its_client_closes(
    serve_app: ServeApp, backend: str, path: str
) -> None:
    server = serve_app(APP, backend=backend)
    async with httpx2.AsyncClient(timeout=10) as http:
        async with connect(f"{server.ws_url}{path}") as client:
            await client.recv()
            reading = asyncio.create_task(_read_on(client))
            assert (await http.get(f"{server.base_url}/tasks")).status_code == 200
            await client.close(4001)
            await reading
        await asyncio.to_thread(server.wait_for_output, "on_disconnect")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


async def _read_on(client: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await client.recv()


@pytest.mark.parametrize("path", ["/tight", "/paced"])
def test_a_handler_that_only_sends_ends_when_its_client_aborts(serve_app: ServeApp, backend: str, path: str) -> None:
    server = serve_app(APP, backend=backend)
    abort(upgrade(server, path))
    server.wait_for_output("on_disconnect")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("path", ["/tight", "/paced"])
async def test_a_handler_that_only_sends_ends_with_the_server(serve_app: ServeApp, backend: str, path: str) -> None:
    server = serve_app(APP, backend=backend)
    async with connect(f"{server.ws_url}{path}") as client, asyncio.timeout(20):
        await client.recv()
        server.signal()
        await _read_on(client)
        assert client.close_code == 1012
    assert server.wait() == 0
    assert "on_disconnect" in server.output()


@pytest.mark.parametrize("backend", ["uvicorn", "hypercorn"])
def test_what_a_client_sent_before_it_went_is_no_obstacle(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    raw = upgrade(server, "/paced")
    raw.sendall(FRAME * 50)
    abort(raw)
    server.wait_for_output("on_disconnect")
    assert server.stop() == 0


def test_a_client_that_sends_before_it_is_accepted_leaves_nothing_behind(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with httpx2.Client(timeout=10) as http:
        before = http.get(f"{server.base_url}/tasks").json()
        for _ in range(20):
            upgrade(server, "/echo", then=FRAME * 50).close()
        after = before + 1
        for _ in range(200):
            if (after := http.get(f"{server.base_url}/tasks").json()) <= before:
                break
        assert after <= before
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", ["hypercorn"])
def test_a_client_that_is_refused_for_sending_early_is_disconnected(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/echo", then=FRAME) as raw:
        while raw.recv(4096):
            pass
    assert " 400 " in server.output()
