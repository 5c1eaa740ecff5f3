"""A handler that waits for something else learns that its client has left, and goes on answering pings until then."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.conftest import full_name_of
from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, PING, PONG, TEXT, RawClient, frame
from tests.reliability.observing import those_who_left

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

CLIENTS = 20
LIMIT = 1.5


async def close_frame(client: RawClient) -> None:
    await client.send(frame(CLOSE, (4000).to_bytes(2, "big")))


async def tcp_close(client: RawClient) -> None:
    client.close()


async def reset(client: RawClient) -> None:
    client.reset()


@pytest.mark.parametrize("leave", [close_frame, tcp_close, reset], ids=["close frame", "TCP close", "TCP reset"])
async def test_a_departure_is_noticed_while_the_handler_waits_elsewhere(
    serve_app: ServeApp, backend: str, note: Note, leave: Callable[[RawClient], Any], request: pytest.FixtureRequest
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    async with httpx2.AsyncClient(base_url=server.base_url) as http:
        clients = [await RawClient.open(server, "/elsewhere") for _ in range(CLIENTS)]
        for client in clients:
            await client.frame()
        at: list[float] = []
        for client in clients:
            at.append(time.monotonic())
            await leave(client)
            await asyncio.sleep(0.05)
        left = await those_who_left(http, CLIENTS)
        counts = (await http.get("/counts")).json()
        for client in clients:
            client.close()
    longest = max(gone["at"] - gone_at for gone, gone_at in zip(left, at, strict=True))
    how = request.node.callspec.id.removeprefix(f"{full_name_of(backend)}-").removesuffix(f"-{full_name_of(backend)}")
    note(f"departure unnoticed by a waiting handler: {how}", f"on_disconnect within {LIMIT} s", f"{longest:.2f} s")
    assert len(left) == CLIENTS
    assert counts["finallies"] == CLIENTS
    assert longest <= LIMIT


@pytest.mark.parametrize("what", ["pings", "messages and pings"])
@pytest.mark.parametrize("handler", ["waiting", "busy"])
async def test_a_client_that_is_lost_behind_pings_without_end_is_noticed(
    serve_app: ServeApp, backend: str, note: Note, handler: str, what: str
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    path, first = ("/replies", frame(TEXT, b"busy") * 3) if handler == "busy" else ("/echo", b"")
    flood = frame(PING) * 40_000 if what == "pings" else (frame(TEXT, b"x") + frame(PING) * 20) * 2_000
    async with httpx2.AsyncClient(base_url=server.base_url, timeout=20) as http:
        for _ in range(CLIENTS):
            client = await RawClient.open(server, path)
            with contextlib.suppress(TimeoutError, ConnectionError):  # the server may read no more
                async with asyncio.timeout(0.5):
                    await client.send(first + flood)
            client.reset()
        left = await those_who_left(http, CLIENTS)
        sessions = (await http.get("/counts")).json()["sessions"]
    codes = {gone["code"] for gone in left}
    note(f"{CLIENTS} clients reset behind {what}, {handler} handler", "each ends with 1006", f"{len(left)}, {codes}")
    # Granian does not tell a lost connection from a close frame without a code.
    assert (len(left), codes, sessions) == (CLIENTS, {1005 if backend == "granian" else 1006}, 0)
    assert "Traceback" not in server.output()
    assert "socket.send() raised" not in server.output()


async def test_pongs_go_on_behind_a_message_nobody_reads(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, ping_interval=0)
    async with await RawClient.open(server, "/elsewhere") as client:
        await client.frame()
        await client.send(frame(TEXT, b"unread"))
        answered = 0
        for number in range(10):
            await client.send(frame(PING, b"%d" % number))
            async with asyncio.timeout(10):
                pong = await client.until(PONG)
            answered += pong is not None and pong.payload == b"%d" % number
        note("pings behind an unread message", "all answered", f"{answered} of 10")
    assert answered == 10
