"""A member that stops reading stops nobody else."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import RawClient
from tests.reliability.observing import PeakMemory, those_who_left

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

READERS = 5
MESSAGES = 400
AT_ONCE = 4
"""Messages that are published before all readers have read those before: half of what may wait for one of them."""
GROWTH = 32
BURST = 100
"""Messages that are published at once: more than a dozen times what may wait for one client."""

CROWD = 20

BLOCKING_SECONDS = 2.0
HELD_SECONDS = 5.0
"""How long one message may hold up its publisher, on a machine that has other things to do."""
FULL = 7
"""Messages that fit into what may wait for one member."""


async def numbers(client: ClientConnection, count: int = AT_ONCE) -> list[int]:
    return [int(str(await client.recv()).partition(":")[0]) for _ in range(count)]


@pytest.mark.timeout(200)
async def test_one_stalled_member_of_a_room_holds_nobody_up(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    url = f"{server.ws_url}/rooms/big"
    async with (
        httpx2.AsyncClient(base_url=server.base_url, timeout=90) as http,
        connect(url, max_size=None) as one,
        connect(url, max_size=None) as two,
        connect(url, max_size=None) as three,
        connect(url, max_size=None) as four,
        connect(url, max_size=None) as five,
    ):
        readers = [one, two, three, four, five]
        stalled = await RawClient.open(server, "/rooms/big", receive_buffer=4096)
        for reader in readers:
            assert await reader.recv() == "joined"
        await stalled.frame()
        memory = PeakMemory(server)
        read: list[list[int]] = [[] for _ in readers]
        async with asyncio.timeout(120):
            for first in range(0, MESSAGES, AT_ONCE):
                await http.post(f"/rooms/big/big/{first}/{AT_ONCE}")
                for got, more in zip(read, await asyncio.gather(*map(numbers, readers)), strict=True):
                    got += more
        grown = memory.grown()
        stalled_codes = [gone["code"] for gone in await those_who_left(http, 1)]
        stalled.close()
    complete = sum(got == list(range(MESSAGES)) for got in read)
    note(
        "one member of six stops reading",
        f"{READERS} x {MESSAGES} of 64 KiB, 1013, +{GROWTH} MiB",
        f"{complete} x {MESSAGES}, {stalled_codes}, {grown:+.1f} MiB",
    )
    assert complete == READERS
    assert stalled_codes == [1013]
    assert grown < GROWTH


def blocking(seconds: float) -> dict[str, str]:
    """Settings under which publishers wait for members that do not keep up."""
    return {"PYFLY_OUTBOX_OVERFLOW": "block", "PYFLY_OUTBOX_SECONDS": str(seconds)}


@pytest.mark.timeout(120)
async def test_where_members_block_the_publisher_waits_for_a_slow_one_and_nothing_is_lost(
    serve_app: ServeApp, backend: str, note: Note
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, env=blocking(90))
    url = f"{server.ws_url}/rooms/big"
    async with (
        asyncio.timeout(90),
        httpx2.AsyncClient(base_url=server.base_url, timeout=90) as http,
        connect(url, max_size=None) as quick,
        connect(url, max_size=None, max_queue=1) as slow,
    ):
        for client in (quick, slow):
            assert await client.recv() == "joined"
        slow.transport.pause_reading()
        reading = asyncio.create_task(numbers(quick, MESSAGES))
        publishing = asyncio.create_task(http.post(f"/rooms/big/big/0/{MESSAGES}"))
        while (await http.get("/rooms/big/waiting")).json() < FULL:
            assert not publishing.done()
            await asyncio.sleep(0.05)
        held = not publishing.done()
        slow.transport.resume_reading()
        read = [await numbers(slow, MESSAGES), await reading]
        assert (await publishing).status_code == 200
    complete = read.count(list(range(MESSAGES)))
    note(
        "a slow member blocks (overflow: block)",
        f"publisher waits, 2 x {MESSAGES} of 64 KiB",
        f"{'waits' if held else 'goes on'}, {complete} x {MESSAGES}",
    )
    assert held
    assert complete == 2


@pytest.mark.timeout(120)
async def test_where_members_block_one_that_takes_nothing_does_so_no_longer_than_it_may(
    serve_app: ServeApp, backend: str, note: Note
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, env=blocking(BLOCKING_SECONDS))
    async with (
        asyncio.timeout(90),
        httpx2.AsyncClient(base_url=server.base_url, timeout=90) as http,
        connect(f"{server.ws_url}/rooms/big", max_size=None) as quick,
    ):
        stalled = await RawClient.open(server, "/rooms/big", receive_buffer=4096)
        assert await quick.recv() == "joined"
        await stalled.frame()
        reading = asyncio.create_task(numbers(quick, MESSAGES))
        held: float = (await http.post(f"/rooms/big/big/0/{MESSAGES}")).json()
        read = await reading
        codes = [gone["code"] for gone in await those_who_left(http, 1)]
        stalled.close()
    note(
        f"a stalled member blocks, for {BLOCKING_SECONDS:g} s",
        f"held up to {HELD_SECONDS:g} s, 1013, {MESSAGES} of 64 KiB",
        f"held {held:.1f} s, {codes}, {len(read)}",
    )
    assert read == list(range(MESSAGES))
    assert codes == [1013]
    assert held < HELD_SECONDS


async def test_readers_get_all_of_a_burst(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    url = f"{server.ws_url}/rooms/big"
    async with (
        httpx2.AsyncClient(base_url=server.base_url, timeout=60) as http,
        connect(url, max_size=None) as one,
        connect(url, max_size=None) as two,
        asyncio.timeout(60),
    ):
        for reader in (one, two):
            assert await reader.recv() == "joined"
        _, *read = await asyncio.gather(
            http.post(f"/rooms/big/big/0/{BURST}"), numbers(one, BURST), numbers(two, BURST)
        )
    note(
        f"{BURST} x 64 KiB published without a pause",
        "every reader gets all, in order",
        ", ".join(str(len(each)) for each in read),
    )
    assert read == [list(range(BURST))] * 2


@pytest.mark.parametrize(("count", "size"), [(60, 20_000), (2_000, 10)])
async def test_readers_get_all_that_is_published_at_the_same_time(
    serve_app: ServeApp, backend: str, note: Note, count: int, size: int
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS)
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=server.base_url, timeout=60))
        url = f"{server.ws_url}/rooms/many"
        readers = [await stack.enter_async_context(connect(url, max_queue=None)) for _ in range(CROWD)]
        for reader in readers:
            assert await reader.recv() == "joined"
        async with asyncio.timeout(60):
            _, *read = await asyncio.gather(
                http.post(f"/rooms/many/together/{count}/{size}"), *(numbers(reader, count) for reader in readers)
            )
    heard = sum(each == list(range(count)) for each in read)
    note(f"{count} x {size} bytes published at the same time", f"{CROWD} readers get all, in order", str(heard))
    assert heard == CROWD
