"""Clients that go while their handler only sends, or before it could answer, on each server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import socket
import struct
import time
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.conftest import UVICORN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import LiveServer, ServeApp

APP = """
import asyncio
import sys

import psutil

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import QueryParam, get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

@rest_controller
class Ticker:
    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.pouring: WebSocketSession | None = None

    @get_mapping("/go-on")
    async def start(self) -> None:
        self.go_on.set()

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

    @websocket_mapping("/elsewhere")
    async def elsewhere(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text("here")
        try:
            await asyncio.Event().wait()
        finally:
            print("finally", flush=True)

    @websocket_mapping("/curt")
    async def curt(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.receive()
        await session.close(1008, "curt")

    @websocket_mapping("/slow")
    async def slow(self, session: WebSocketSession) -> None:
        await asyncio.Event().wait()

    @websocket_mapping("/pouring")
    async def pour(self, session: WebSocketSession) -> None:
        await session.accept()
        self.pouring = session
        async with asyncio.TaskGroup() as group:
            pouring = group.create_task(self.send_on(session))
            async for _ in session:
                pass
            print("told", session.close_code, flush=True)
            pouring.cancel()

    async def send_on(self, session: WebSocketSession) -> None:
        while True:
            sending = asyncio.create_task(session.send_text("x" * 100_000))
            # Where this one is cancelled, nobody else asks what came of it.
            sending.add_done_callback(lambda done: done.cancelled() or done.exception())
            taken, _ = await asyncio.wait({sending}, timeout=0.5)
            if not taken:
                print("the client does not read", flush=True)
            await sending

    @get_mapping("/close")
    async def close(self) -> None:
        assert self.pouring is not None
        await self.pouring.close(4000, "out")

    @websocket_mapping("/late")
    async def late(self, session: WebSocketSession, count: QueryParam[int]) -> None:
        await session.accept()
        await self.go_on.wait()
        for number in range(count):
            assert await session.receive_text() == str(number)
        await session.send_text("all of them")

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

    @get_mapping("/connections")
    def connections(self) -> int:
        return [each.status for each in psutil.Process().net_connections("tcp")].count(psutil.CONN_ESTABLISHED)

app = create_app(sys.modules[__name__])
"""

FRAME = b"\x81\x82\x00\x00\x00\x00hi"

PING = 0x89

PONG = 0x8A

CLOSE = 0x88

CLOSE_4001 = b"\x88\x82\x00\x00\x00\x00" + (4001).to_bytes(2, "big")


def upgrade(
    server: LiveServer, path: str, *, then: bytes = b"", answered: bool = True, receive_buffer: int | None = None
) -> socket.socket:
    """Send a handshake by hand, with what comes right behind it, and wait for the start of an answer."""
    raw = socket.socket()
    if receive_buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(10)
    raw.connect((server.host, server.port))
    key = base64.b64encode(bytes(16)).decode()
    handshake = (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    raw.sendall(handshake.encode() + then)
    assert not answered or raw.recv(10)
    return raw


def ping(number: int) -> bytes:
    """A ping of 125 bytes with a number."""
    return b"\x89\xfd\x00\x00\x00\x00" + str(number).encode().rjust(125)


def payloads(raw: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Read the frames behind the answer to a handshake: the first byte of each and its payload, 125 bytes at most."""
    with raw.makefile("rb") as stream:
        while stream.readline() != b"\r\n":
            pass
        while head := stream.read(2):
            yield head[0], stream.read(head[1])


def frames(raw: socket.socket) -> Iterator[int]:
    """Read the first bytes of the frames behind the answer to a handshake."""
    return (kind for kind, _ in payloads(raw))


def wait_for_connections(server: LiveServer, count: int) -> None:
    """Wait until the server has so many connections besides the one that asks."""
    with httpx2.Client(timeout=10) as http:
        deadline = time.monotonic() + 20
        while (found := http.get(f"{server.base_url}/connections").json() - 1) != count:
            assert time.monotonic() < deadline, f"{found} connections are open"


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
        assert client.close_code == 1001
    assert server.wait() == 0
    assert "on_disconnect" in server.output()


def test_a_client_that_aborts_is_noticed_behind_what_it_sent(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    for times, (path, unread) in enumerate(itertools.product(["/paced", "/elsewhere"], [0, 1, 50]), 1):
        raw = upgrade(server, path)
        raw.sendall(FRAME * unread)
        abort(raw)
        server.wait_for_output("on_disconnect", times=times)
    assert server.stop() == 0
    assert "Traceback" not in server.output()


async def test_a_client_that_closes_is_noticed_by_a_handler_that_waits_elsewhere(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend)
    for code, unread in ((4000, 0), (4001, 1), (4002, 50)):
        async with connect(f"{server.ws_url}/elsewhere") as client:
            assert await client.recv() == "here"
            for _ in range(unread):
                await client.send("unread")
            await client.close(code)
        output = await asyncio.to_thread(server.wait_for_output, f"on_disconnect {code}")
        assert output.count("finally") == output.count("on_disconnect") == code - 3999
        assert output.rindex("finally") < output.index(f"on_disconnect {code}")
    assert server.stop() == 0
    assert server.output().count("on_disconnect") == 3
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", UVICORN)
def test_a_client_that_aborts_is_noticed_before_it_is_accepted(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    abort(upgrade(server, "/slow", answered=False))
    server.wait_for_output("on_disconnect")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


async def test_reading_ahead_loses_nothing_and_keeps_the_order(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)

    async def send(count: int) -> None:
        async with connect(f"{server.ws_url}/late?count={count}") as client:
            sending = asyncio.create_task(_send_numbers(client, count))
            await asyncio.wait({sending}, timeout=1.5)
            sent.release()
            async with asyncio.timeout(20):
                assert await client.recv() == "all of them"
            await sending

    sent = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as clients, httpx2.AsyncClient(timeout=10) as http:
        for count in (counts := (1, 63, 64, 65, 1000)):
            clients.create_task(send(count))
        for _ in counts:
            await sent.acquire()
        await http.get(f"{server.base_url}/go-on")
    assert server.stop() == 0


async def _send_numbers(client: ClientConnection, count: int) -> None:
    for number in range(count):
        await client.send(str(number))


async def test_pings_are_answered_behind_unread_messages(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.2, ping_timeout=0 if backend != "uvicorn" else 0.2)
    for unread in (1, 50):
        async with connect(f"{server.ws_url}/elsewhere") as client:
            assert await client.recv() == "here"
            for _ in range(unread):
                await client.send("unread")
            for _ in range(5):
                await asyncio.wait_for(await client.ping(), 10)
    assert server.stop() == 0


@pytest.mark.parametrize("backend", UVICORN)
def test_a_pong_that_may_lie_behind_what_nobody_receives_is_not_missed(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.1, ping_timeout=0.1)
    with upgrade(server, "/elsewhere") as raw:
        raw.sendall(FRAME * 500)
        pings = 0
        for kind in frames(raw):
            assert kind != CLOSE
            pings += kind == PING
            if pings == 5:
                break
        assert pings == 5
    assert server.stop() == 0


@pytest.mark.parametrize("backend", UVICORN)
def test_a_pong_that_does_not_come_ends_the_session(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.1, ping_timeout=0.1)
    with upgrade(server, "/elsewhere") as raw:
        assert CLOSE in frames(raw)
    server.wait_for_output("on_disconnect 1006")
    assert server.stop() == 0


@pytest.mark.parametrize("backend", UVICORN)
def test_of_pings_that_a_client_sends_without_reading_the_last_is_answered(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0)
    count = 150_000
    with upgrade(server, "/elsewhere", receive_buffer=4096) as raw:
        raw.settimeout(60)
        raw.sendall(b"".join(ping(number) for number in range(count)))
        answered = 0
        for kind, payload in payloads(raw):
            answered += kind == PONG
            if kind == PONG and int(payload) == count - 1:
                break
        assert 0 < answered < count
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize(("path", "unread"), [("/tight", 0), ("/pouring", 0), ("/pouring", 500), ("/echo", 500)])
@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_a_client_that_takes_nothing_has_not_answered_its_pings(
    serve_app: ServeApp, backend: str, path: str, unread: int
) -> None:
    server = serve_app(APP, backend=backend, ping_interval=0.2, ping_timeout=0.5, close_timeout=60)
    with upgrade(server, path) as deaf:
        deaf.sendall(FRAME * unread)
        server.wait_for_output("on_disconnect 1006")
        wait_for_connections(server, 0)
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_a_client_that_closes_and_takes_nothing_is_cut(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, close_timeout=0.5)
    with upgrade(server, "/pouring") as deaf:
        server.wait_for_output("the client does not read")
        deaf.sendall(CLOSE_4001)
        server.wait_for_output("on_disconnect 4001")
        wait_for_connections(server, 0)
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_a_client_that_is_closed_and_takes_nothing_is_cut(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, close_timeout=0.5)
    with upgrade(server, "/pouring"):
        server.wait_for_output("the client does not read")
        assert httpx2.get(f"{server.base_url}/close", timeout=10).status_code == 200
        server.wait_for_output("on_disconnect 4000")
        wait_for_connections(server, 0)
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_a_client_that_breaks_the_protocol_and_takes_nothing_is_cut(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, close_timeout=0.5)
    with upgrade(server, "/pouring") as deaf:
        server.wait_for_output("the client does not read")
        deaf.sendall(b"\xf0\x80\x00\x00\x00\x00")
        server.wait_for_output("on_disconnect 1002")
        wait_for_connections(server, 0)
    assert server.stop() == 0
    assert "Traceback" not in server.output()


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


def test_a_client_that_is_closed_behind_much_that_nobody_receives_leaves_nothing_behind(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend)
    with httpx2.Client(timeout=10) as http:
        before = http.get(f"{server.base_url}/tasks").json()
        for _ in range(20):
            with upgrade(server, "/curt") as raw:
                raw.sendall(FRAME * 500)
                raw.recv(4096)
        deadline = time.monotonic() + 20
        while (after := http.get(f"{server.base_url}/tasks").json()) > before:
            assert time.monotonic() < deadline, f"{after} tasks, of which there were {before}"
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", ["hypercorn"])
def test_a_client_that_is_refused_for_sending_early_is_disconnected(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/echo", then=FRAME) as raw:
        while raw.recv(4096):
            pass
    assert " 400 " in server.output()


def test_a_session_that_somebody_else_closes_ends_though_its_client_does_not_read(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/pouring"):
        server.wait_for_output("the client does not read")
        assert httpx2.get(f"{server.base_url}/close", timeout=10).status_code == 200
        server.wait_for_output("told 4000")
        server.wait_for_output("on_disconnect 4000")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


def test_a_client_that_closes_is_noticed_though_it_does_not_read(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/pouring") as deaf:
        server.wait_for_output("the client does not read")
        deaf.sendall(CLOSE_4001)
        server.wait_for_output("told 4001")
        server.wait_for_output("on_disconnect 4001")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("backend", [*UVICORN, "hypercorn"])
def test_a_client_that_half_closes_is_noticed_though_it_does_not_read(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/pouring") as deaf:
        server.wait_for_output("the client does not read")
        deaf.shutdown(socket.SHUT_WR)
        server.wait_for_output("on_disconnect 1006")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


async def test_nothing_is_left_of_a_session_that_has_ended(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    async with httpx2.AsyncClient(timeout=10) as http:
        before = after = (await http.get(f"{server.base_url}/tasks")).json()
        for _ in range(10):
            async with connect(f"{server.ws_url}/echo") as client:
                await client.send("hello")
                await client.recv()
        for _ in range(200):
            if (after := (await http.get(f"{server.base_url}/tasks")).json()) <= before:
                break
        assert after <= before
    assert server.stop() == 0


@pytest.mark.parametrize("backend", UVICORN)
async def test_a_client_that_closes_and_does_not_read_is_no_obstacle_to_a_stop(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend)
    with upgrade(server, "/tight") as deaf:
        async with connect(f"{server.ws_url}/echo") as client:
            await client.send("hello")
            assert await client.recv() == "hello"
            deaf.sendall(CLOSE_4001)
            await asyncio.to_thread(server.wait_for_output, "on_disconnect 4001")
            server.signal()
            async with asyncio.timeout(20):
                await _read_on(client)
            assert client.close_code == 1001
    assert server.wait() == 0
    assert "Traceback" not in server.output()
