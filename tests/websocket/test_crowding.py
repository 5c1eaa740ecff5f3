"""Clients that read get the time to take a burst, and those that do not hold nobody up."""

from __future__ import annotations

import asyncio
from typing import Any

from pyfly.websocket.crowding import BURST_SECONDS, MOMENT, Crowding
from pyfly.websocket.outbox import Outbox, OutboxLimits

LIMITS = OutboxLimits(messages=10, size=1000)


class Client:
    """A client behind a server that takes each message a little later, or one that takes none."""

    def __init__(self, *, reads: bool = True) -> None:
        self.reads = reads
        self.taken_count = 0
        self.has_overflowed = False
        self.outbox = Outbox(self.transmit, self, LIMITS)

    async def transmit(self, message: Any) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def taken(self) -> None:
        self.taken_count += 1

    def failed(self, error: Exception) -> None:
        raise error

    def overflowed(self) -> None:
        self.has_overflowed = True


def text(size: int) -> dict[str, Any]:
    return {"type": "websocket.send", "text": "x" * size}


async def publish(client: Client, count: int, size: int = 1) -> None:
    for _ in range(count):
        client.outbox.post(text(size))
        await Crowding.here().ease()


async def test_a_client_that_reads_gets_a_burst_of_many_messages() -> None:
    client = Client()
    await publish(client, 200)
    await client.outbox.flush()
    assert (client.taken_count, client.has_overflowed) == (200, False)


async def test_a_client_that_reads_gets_a_burst_of_large_messages() -> None:
    client = Client()
    await publish(client, 50, size=400)
    await client.outbox.flush()
    assert (client.taken_count, client.has_overflowed) == (50, False)


async def test_without_a_moment_the_same_burst_would_be_too_much() -> None:
    client = Client()
    for _ in range(200):
        client.outbox.post(text(1))
    assert client.has_overflowed
    await Crowding.here().ease()


async def test_a_client_that_takes_nothing_overflows_all_the_same() -> None:
    client = Client(reads=False)
    await publish(client, 20)
    assert client.has_overflowed
    client.outbox.stop()


async def test_there_is_no_moment_where_nothing_waits_or_what_waits_is_old() -> None:
    pauses: list[float] = []

    async def count_pauses(client: Client, count: int) -> int:
        pauses.clear()
        for _ in range(count):
            client.outbox.post(text(1))
            before = len(turns)
            await Crowding.here().ease()
            if len(turns) > before:
                pauses.append(1)
        return len(pauses)

    turns: list[int] = []

    async def turn() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    slow = Client(reads=False)
    assert await count_pauses(slow, 5) == 0
    await asyncio.sleep(BURST_SECONDS + MOMENT)
    assert await count_pauses(slow, 5) == 0
    turning.cancel()
    slow.outbox.stop()
