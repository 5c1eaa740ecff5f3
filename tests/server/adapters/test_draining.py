"""Servers that stop while sessions are open: what was asked is answered, and every client is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

APP = """
import asyncio

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.context import Settings
from pyfly.web import get_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import Rooms

@rest_controller
class Sessions:
    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.go_on = asyncio.Event()

    @get_mapping("/go-on")
    async def release(self) -> str:
        self.go_on.set()
        return "released"

    @get_mapping("/flood")
    async def flood(self) -> int:
        (member,) = self.rooms.room("lobby").members
        number = 0
        while member.waiting < 4:
            await self.rooms.room("lobby").publish(f"{number} " + "x" * 65536)
            number += 1
            await asyncio.sleep(0.01)
        return number

    @sse_mapping("/events")
    async def events(self):
        yield "first"
        await asyncio.Event().wait()

    @websocket_mapping("/thorough")
    async def thorough(self, session: WebSocketSession) -> None:
        await session.accept()
        async for message in session:
            print("on", message, flush=True)
            await self.go_on.wait()
            await session.send_text("done with " + message)

    @websocket_mapping("/elsewhere")
    async def elsewhere(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text(await session.receive_text())
        await asyncio.Event().wait()

    @websocket_mapping("/member")
    async def member(self, session: WebSocketSession) -> None:
        await session.accept()
        async with self.rooms.join("lobby", session):
            await session.send_text("joined")
            async for message in session:
                pass

    @websocket_mapping("/early")
    async def early(self, session: WebSocketSession) -> None:
        print("early waits", flush=True)
        await asyncio.Event().wait()

    async def on_disconnect(self, session: WebSocketSession) -> None:
        print("on_disconnect", session.close_code, flush=True)

app = create_app(__name__, settings=Settings(health_path="/health"))
"""


async def rest_of(client: ClientConnection) -> tuple[list[str], int | None]:
    """What a client still gets, and the code of the close frame."""
    messages: list[str] = []
    try:
        async with asyncio.timeout(20):
            while True:
                messages.append(str(await client.recv()))
    except ConnectionClosed as closed:
        return messages, None if closed.rcvd is None else closed.rcvd.code


async def until_draining(server: LiveServer) -> None:
    await asyncio.to_thread(server.wait_for_output, "sessions with 1001")


async def test_a_message_that_was_received_is_answered_while_nobody_new_is_let_in(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=60)
    async with connect(f"{server.ws_url}/thorough") as client, httpx2.AsyncClient(base_url=server.base_url) as http:
        assert (await http.get("/health/readiness")).status_code == 200
        await client.send("one")
        await client.send("two")
        await asyncio.to_thread(server.wait_for_output, "on one")
        server.signal()
        await until_draining(server)
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{server.ws_url}/thorough")
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "1"
        ready, alive = await http.get("/health/readiness"), await http.get("/health/liveness")
        assert (ready.status_code, ready.json()["components"]["sessions"]) == (503, {"status": "OUT_OF_SERVICE"})
        assert (alive.status_code, alive.json()) == (200, {"status": "UP"})
        assert (await http.get("/go-on")).status_code == 200
        assert await rest_of(client) == (["done with one"], 1001)
    assert server.wait() == 0
    output = server.output()
    assert "on two" not in output
    assert output.count("on_disconnect 1001") == 1
    assert "Traceback" not in output


async def test_handlers_that_wait_elsewhere_are_ended_in_time(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3, drain_batch=3, drain_pause=0.01)
    clients = [await connect(f"{server.ws_url}/elsewhere") for _ in range(10)]
    for client in clients:
        await client.send("hello")
        assert await client.recv() == "hello"
    server.signal()
    assert await asyncio.gather(*map(rest_of, clients)) == [([], 1001)] * 10
    assert server.wait() == 0
    output = server.output()
    assert output.count("on_disconnect 1001") == 10
    assert "Closing 10 sessions whose handlers did not end in time" in output
    assert "Cancelling" not in output
    assert "Traceback" not in output


async def test_what_waits_for_a_slow_client_is_delivered(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=60)
    async with connect(f"{server.ws_url}/member", max_queue=1, compression=None) as client:
        assert await client.recv() == "joined"
        async with httpx2.AsyncClient() as http:
            published = int((await http.get(f"{server.base_url}/flood", timeout=20)).text)
        server.signal()
        await until_draining(server)
        messages, code = await rest_of(client)
        assert [message.partition(" ")[0] for message in messages] == [str(number) for number in range(published)]
        assert code == 1001
    assert server.wait() == 0


async def test_a_client_that_takes_nothing_does_not_hold_the_stop_up(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=1)
    async with connect(f"{server.ws_url}/member", max_queue=1, compression=None) as client:
        assert await client.recv() == "joined"
        async with httpx2.AsyncClient() as http:
            await http.get(f"{server.base_url}/flood", timeout=20)
        client.transport.pause_reading()
        assert await asyncio.to_thread(server.stop) == 0
        client.transport.abort()
    assert "on_disconnect" in server.output()
    assert "Traceback" not in server.output()


async def test_a_handshake_that_waits_is_refused_with_503(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=1)

    async def knock() -> int:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{server.ws_url}/early")
        return refused.value.response.status_code

    knocking = asyncio.create_task(knock())
    await asyncio.to_thread(server.wait_for_output, "early waits")
    server.signal()
    assert await knocking == 503
    assert server.wait() == 0
    assert "Traceback" not in server.output()


async def test_event_streams_end_while_sessions_are_drained(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=60)
    async with (
        connect(f"{server.ws_url}/thorough") as client,
        httpx2.AsyncClient(base_url=server.base_url) as http,
        http.stream("GET", "/events") as events,
    ):
        chunks = events.aiter_text()
        assert "first" in await anext(chunks)
        await client.send("one")
        await asyncio.to_thread(server.wait_for_output, "on one")
        server.signal()
        assert [chunk async for chunk in chunks] == []
        await http.get("/go-on")
        assert await rest_of(client) == (["done with one"], 1001)
    assert server.wait() == 0


async def test_a_second_signal_ends_the_drain(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend, graceful_timeout=3600)
    async with connect(f"{server.ws_url}/thorough") as client:
        await client.send("one")
        await asyncio.to_thread(server.wait_for_output, "on one")
        server.signal()
        await until_draining(server)
        server.signal()
        assert (await rest_of(client))[1] == 1001
    assert server.wait() == 0
    assert server.output().count("on_disconnect 1001") == 1
