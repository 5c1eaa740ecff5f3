"""Clients that read get the time to take a burst, and those that do not hold nobody up."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from typing import Any, Literal

import pytest

from pyfly.websocket.crowding import BREATH, MOMENT, MOST_SECONDS, STALLED_MOMENTS, Crowding
from pyfly.websocket.outbox import Outbox, OutboxLimits, Overflow


class Client:
    """A client behind a server that takes each message a little later, or one that takes none."""

    def __init__(self, *, reads: bool = True, overflow: Overflow = "close") -> None:
        self.reads = reads
        self.taken_count = 0
        self.has_overflowed = False
        self.outbox = Outbox(self.transmit, self, OutboxLimits(messages=10, size=1000, overflow=overflow))

    async def transmit(self, message: Any) -> None:
        if not self.reads:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def go_on(self) -> None:
        self.reads = True
        self._waiting.set_result(None)

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
        await Crowding.here().ease()
        client.outbox.post(text(size))


class Pauses:
    """Counts the moments that are given: the waits of `ease` that are no turn of the event loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        wait = asyncio.Event.wait

        async def counted(event: asyncio.Event) -> Literal[True]:
            self.count += 1
            return await wait(event)

        monkeypatch.setattr(asyncio.Event, "wait", counted)


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


async def test_a_client_that_takes_nothing_overflows_all_the_same() -> None:
    client = Client(reads=False)
    await publish(client, 20)
    assert client.has_overflowed
    client.outbox.stop()


async def test_many_who_publish_at_once_wait_for_each_other() -> None:
    client = Client()
    await asyncio.gather(*(publish(client, 1, size=90) for _ in range(60)))
    await client.outbox.flush()
    assert (client.taken_count, client.has_overflowed) == (60, False)


async def test_they_publish_in_the_order_in_which_they_came() -> None:
    order: list[int] = []
    client = Client()

    async def publish_one(number: int) -> None:
        await publish(client, 1)
        order.append(number)

    await asyncio.gather(*(publish_one(number) for number in range(60)))
    assert order == sorted(order)
    await client.outbox.flush()


async def test_who_publishes_much_holds_nobody_else_up_for_long() -> None:
    client, other = Client(), Client()
    much = asyncio.create_task(publish(client, 500))
    await asyncio.sleep(0)
    await publish(other, 5)
    assert client.taken_count < 100
    await much
    await client.outbox.flush()
    assert (client.taken_count, client.has_overflowed) == (500, False)


@pytest.mark.parametrize("overflow", ["drop_oldest", "drop_newest", "block"])
async def test_nobody_waits_where_something_is_dropped_or_waits_anyway(
    overflow: Overflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, pauses = Client(reads=False, overflow=overflow), Pauses(monkeypatch)
    await publish(slow, 200)
    assert pauses.count == 0
    slow.outbox.stop()


async def test_a_client_that_takes_nothing_holds_publishers_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Client(reads=False)
    await publish(slow, 8)
    pauses = Pauses(monkeypatch)
    await publish(slow, 2)
    assert (pauses.count, slow.outbox.is_slow, slow.has_overflowed) == (0, True, False)
    slow.outbox.stop()


async def test_a_client_that_was_slow_and_has_taken_everything_is_slow_no_more() -> None:
    client = Client(reads=False)
    await publish(client, 8)
    assert client.outbox.is_slow
    client.go_on()
    await client.outbox.flush()
    await publish(client, 200)
    await client.outbox.flush()
    assert (client.taken_count, client.has_overflowed) == (208, False)


async def test_clients_that_fill_up_one_after_the_other_do_not_hold_publishers_up_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = Pauses(monkeypatch)
    start = time.monotonic()
    while time.monotonic() - start < MOST_SECONDS:
        slow = Client(reads=False)
        await publish(slow, 8)
        slow.outbox.stop()
    before = pauses.count
    while time.monotonic() - start < 2 * MOST_SECONDS:
        slow = Client(reads=False)
        await publish(slow, 8)
        slow.outbox.stop()
    assert before > 0
    assert (pauses.count - before) * MOMENT <= MOST_SECONDS


async def test_nothing_is_kept_of_a_client_that_has_left() -> None:
    slow = Client(reads=False)
    await publish(slow, 8)
    gone = weakref.ref(slow)
    slow.outbox.stop()
    del slow
    await asyncio.sleep(STALLED_MOMENTS * MOMENT + 10 * MOMENT)
    gc.collect()
    assert gone() is None


async def test_who_was_sent_nothing_in_a_burst_gets_no_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = Pauses(monkeypatch)
    slow = Client(reads=False)
    await publish(slow, 5)
    assert pauses.count == 0
    slow.outbox.stop()


async def test_others_run_where_much_was_delivered() -> None:
    crowding, turned = Crowding.here(), asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    crowding.count(BREATH - 1)
    await crowding.ease()
    assert not turned.is_set()
    crowding.count(1)
    await crowding.ease()
    assert turned.is_set()
