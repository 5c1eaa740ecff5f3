"""A member that stops reading stops nobody else."""

from __future__ import annotations

import asyncio
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


async def numbers(client: ClientConnection) -> list[int]:
    return [int(str(await client.recv()).partition(":")[0]) for _ in range(AT_ONCE)]


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
