"""A server that is told to stop tells every client, and stops."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, CONTINUATION, PING, TEXT, RawClient, frame
from tests.reliability.observing import at_rest

if TYPE_CHECKING:
    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

CLIENTS = 50
LIMIT = 5.0
STOPPING = {1001, 1012}
CROWD = 40
FLOOD = frame(TEXT) * 400_000
OWED = 7
PATIENCE = 3.0


async def test_a_stop_tells_handlers_that_wait_elsewhere(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, graceful_timeout=4)
    paths = ["/elsewhere", "/echo", "/rooms/crowd"]
    clients = [await RawClient.open(server, paths[number % 3]) for number in range(CLIENTS)]
    start = time.monotonic()
    server.signal()
    code = await asyncio.to_thread(server.wait, 30)
    took = time.monotonic() - start
    async with asyncio.timeout(10):
        closes = [await client.until(CLOSE) for client in clients]
    told = sum(close is not None and close.close_code in STOPPING for close in closes)
    for client in clients:
        client.close()
    note(
        "SIGTERM with handlers that wait elsewhere",
        f"{CLIENTS} told by 1001 or 1012, exit within {LIMIT:g} s",
        f"{told} told, {took:.1f} s",
    )
    assert code == 0
    assert told == CLIENTS
    assert took <= LIMIT
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("stay", [True, False], ids=["stay", "leave"])
async def test_a_stop_does_not_wait_for_what_lies_behind_it(
    serve_app: ServeApp, backend: str, note: Note, stay: bool
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, graceful_timeout=4)
    clients = [await RawClient.open(server, "/elsewhere") for _ in range(CROWD)]
    with contextlib.suppress(TimeoutError):  # the server reads no more
        async with asyncio.timeout(5):
            await asyncio.gather(*(client.send(FLOOD) for client in clients))
    await at_rest(server)
    if not stay:
        for client in clients:
            client.close()
    start = time.monotonic()
    server.signal()
    code = await asyncio.to_thread(server.wait, 60)
    took = time.monotonic() - start
    for client in clients:
        client.close()
    what = f"SIGTERM behind {CROWD} x {len(FLOOD) >> 10} KiB of empty messages, clients {'stay' if stay else 'leave'}"
    note(what, f"exit within {LIMIT:g} s", f"{took:.1f} s")
    assert code == 0
    assert took <= LIMIT


@pytest.mark.parametrize(("opcode", "what"), [(PING, "pings"), (CONTINUATION, "fragments")])
async def test_clients_that_pour_keep_a_server_neither_from_others_nor_from_its_end(
    serve_app: ServeApp, backend: str, note: Note, opcode: int, what: str
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    clients = [await RawClient.open(server, "/elsewhere") for _ in range(3)]
    if opcode == CONTINUATION:
        for client in clients:
            await client.send(frame(TEXT, final=False))
    piece = frame(opcode, final=opcode == PING) * 2_000
    stop = asyncio.Event()

    async def pour(client: RawClient) -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                await client.send(piece)

    async def ask() -> float:
        longest = 0.0
        async with httpx2.AsyncClient(base_url=server.base_url, timeout=60) as http:
            for _ in range(20):
                since = time.monotonic()
                assert (await http.get("/left")).status_code == 200
                longest = max(longest, time.monotonic() - since)
        return longest

    async with asyncio.timeout(100), asyncio.TaskGroup() as group:
        pouring = [group.create_task(pour(client)) for client in clients]
        longest = await ask()
        start = time.monotonic()
        server.signal()
        code = await asyncio.to_thread(server.wait, 60)
        took = time.monotonic() - start
        stop.set()
        for task in pouring:
            task.cancel()
    for client in clients:
        client.close()
    note(
        f"3 clients pour {what}",
        f"requests within {PATIENCE:g} s, exit within {LIMIT:g} s",
        f"{longest:.1f} s, {took:.1f} s",
    )
    assert code == 0
    assert longest <= PATIENCE
    assert took <= LIMIT


async def test_a_stop_owes_nobody_a_reply(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, graceful_timeout=10)
    clients = [await RawClient.open(server, "/replies") for _ in range(CLIENTS)]
    replies = [0] * CLIENTS
    busy = asyncio.Event()

    async def talk(number: int) -> None:
        client = clients[number]
        while True:
            with contextlib.suppress(OSError):
                await client.send(frame(TEXT, b"next"))
            while (answer := await client.frame()) is not None and answer.opcode == PING:
                pass
            if answer is None or answer.opcode != TEXT:
                return
            replies[number] += 1
            if min(replies) >= 3:
                busy.set()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(talk(number))
        await busy.wait()
        server.signal()
    code = await asyncio.to_thread(server.wait, 30)
    for client in clients:
        client.close()
    counts = [(int(got), int(sent)) for got, sent in re.findall(r"received (\d+), sent (\d+)", server.output())]
    received, sent = (sum(column) for column in zip(*counts, strict=True))
    note(
        "SIGTERM under load",
        f"{CLIENTS} sessions get all replies",
        f"{received} received, {sent} sent, {sum(replies)} arrived",
    )
    assert code == 0
    assert len(counts) == CLIENTS
    assert received == sent == sum(replies)


@pytest.mark.parametrize(("burst", "pause"), [(1, 0.01), (50, 0.0)], ids=["a little", "much"])
async def test_a_stop_owes_nothing_to_clients_that_send_while_they_read(
    serve_app: ServeApp, backend: str, note: Note, burst: int, pause: float
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, graceful_timeout=20)
    client = await RawClient.open(server, "/rooms/slow", receive_buffer=64 * 1024)
    async with httpx2.AsyncClient(base_url=server.base_url) as http:
        await http.post(f"/rooms/slow/big/0/{OWED}", timeout=20)
    server.signal()

    async def chatter() -> None:
        with contextlib.suppress(OSError):
            while True:
                await client.send(frame(PING, b"p" * 100) * burst)
                await asyncio.sleep(pause)

    talking = asyncio.create_task(chatter())
    numbers = []
    code = None
    async with asyncio.timeout(60):
        while code is None and (message := await client.frame()) is not None:
            if message.opcode == CLOSE:
                code = message.close_code
            elif message.opcode == TEXT and b":" in message.payload:
                numbers.append(int(message.payload.partition(b":")[0]))
                await asyncio.sleep(0.1)  # a slow link
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    client.close()
    assert await asyncio.to_thread(server.wait, 30) == 0
    seen = f"{len(numbers)} messages, {code}"
    what = f"SIGTERM, a slow client that sends {'much' if burst > 1 else 'a little'} while it reads"
    note(what, f"{OWED} of 64 KiB, 1001", seen)
    if backend == "granian":
        return  # it closes the socket right behind the close frame; see the guide on draining
    assert numbers == list(range(OWED))
    assert code == 1001
