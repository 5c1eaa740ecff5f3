"""What follows what: gaps, doubles and new numberings, without a Redis."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.websocket.crowding import Crowding
from pyfly.websocket.rooms import Envelope
from pyfly.websocket.rooms.adapters.redis_feed import Feed
from pyfly.websocket.rooms.adapters.redis_rooms import Head, Keys


def message(offset: int, previous: int, epoch: str = "e") -> bytes:
    return f"{offset} {previous} {epoch} node text -\n{offset}".encode()


class Link:
    """A connection that answers with a stream."""

    def __init__(self, *entries: bytes) -> None:
        self.entries = entries

    def send(self, *command: Any) -> asyncio.Future[Any]:
        assert command[0] == "XRANGE"
        after = int(command[2][1:].partition("-")[0])
        found = [(b"id", {b"m": entry}) for entry in self.entries if int(entry.split(b" ")[0]) > after]
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        reply.set_result(found)
        return reply


class Room:
    """A feed, and what comes out of it."""

    def __init__(self) -> None:
        self.offsets: list[int] = []
        self.losses = 0
        self.gaps = 0
        self.feed = Feed("lobby", Keys("pyfly", "lobby", "node"), self, self.gap)

    def deliver(self, envelope: Envelope) -> None:
        self.offsets.append(envelope.offset)

    def lost(self, room: str) -> None:
        self.losses += 1

    def gap(self, feed: Feed) -> None:
        self.gaps += 1

    async def catch_up(self, offset: int, *entries: bytes, keep: int = 9, epoch: str = "e") -> None:
        link: Any = Link(*entries)
        await self.feed.catch_up(link, Head(offset, epoch, keep))


async def at(offset: int, keep: int = 9) -> Room:
    room = Room()
    await room.catch_up(offset, keep=keep)
    return room


async def test_what_comes_before_the_first_look_waits_for_it() -> None:
    room = Room()
    for number in (4, 5, 6):
        room.feed.hear(message(number, number - 1))
    assert room.offsets == []
    await room.catch_up(4)
    assert room.offsets == [5, 6]


async def test_doubles_are_dropped() -> None:
    room = await at(4)
    for number in (5, 5, 4, 6):
        room.feed.hear(message(number, number - 1))
    assert room.offsets == [5, 6]


async def test_a_gap_is_filled_before_what_showed_it() -> None:
    room = await at(4)
    room.feed.hear(message(7, 6))
    room.feed.hear(message(8, 7))
    assert (room.offsets, room.gaps) == ([], 1)
    await room.catch_up(8, *(message(number, number - 1) for number in (3, 4, 5, 6, 7)))
    assert (room.offsets, room.losses) == ([5, 6, 7, 8], 0)


async def test_without_history_a_gap_is_passed_over() -> None:
    room = await at(4, keep=0)
    room.feed.hear(message(7, 6))
    assert (room.offsets, room.gaps) == ([7], 0)


@pytest.mark.parametrize("entries", [(), (message(7, 6), message(8, 7)), (message(8, 0, "new"),)])
async def test_what_cannot_be_filled_is_lost(entries: tuple[bytes, ...]) -> None:
    room = await at(4)
    room.feed.hold()
    await room.catch_up(8, *entries)
    assert (room.offsets, room.losses) == ([], 1)
    room.feed.hear(message(9, 8))
    assert room.offsets == [9]


async def test_a_room_that_redis_has_forgotten_is_lost() -> None:
    room = await at(4)
    room.feed.hold()
    await room.catch_up(0, keep=0, epoch="")
    assert room.losses == 1
    room.feed.hear(message(100, 0, "new"))
    assert room.offsets == [100]


async def test_a_server_that_has_forgotten_the_last_messages_goes_on_without_a_loss() -> None:
    room = await at(4)
    room.feed.hold()
    await room.catch_up(2)
    room.feed.hold()
    await room.catch_up(101, message(2, 1), message(100, 2, "new"), message(101, 100, "new"))
    assert (room.offsets, room.losses) == ([100, 101], 0)


async def test_the_first_messages_of_a_room_can_be_made_up_for() -> None:
    room = await at(0)
    room.feed.hold()
    await room.catch_up(2, message(1, 0), message(2, 1))
    assert (room.offsets, room.losses) == ([1, 2], 0)


async def test_a_clock_that_went_back_makes_nobody_deaf() -> None:
    room = await at(100)
    for number in (50, 51, 51):
        room.feed.hear(message(number, 0 if number == 50 else number - 1, "new"))
    assert room.offsets == [50, 51]


async def test_a_gap_that_stays_is_a_loss_and_no_reason_to_ask_for_ever() -> None:
    room = await at(4)
    room.feed.hear(message(7, 6))
    await room.catch_up(4)
    assert (room.offsets, room.losses, room.gaps) == ([7], 1, 1)
    room.feed.hear(message(8, 7))
    assert (room.offsets, room.losses) == ([7, 8], 1)


class Full:
    """A member's outbox that is crowded after each message until it is emptied."""

    def __init__(self) -> None:
        self.is_crowded = self.is_slow = False
        self.taken = 0

    def fill(self) -> None:
        self.is_crowded = True
        Crowding.here().note(self)

    async def empty(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.taken += self.is_crowded
            self.is_crowded = False


@pytest.mark.parametrize("held", [False, True])
async def test_a_gap_is_filled_as_fast_as_members_take_it(held: bool) -> None:
    room, full = await at(5), Full()
    delivered_to_full = 0

    def deliver(envelope: Envelope) -> None:
        nonlocal delivered_to_full
        delivered_to_full += full.is_crowded
        room.offsets.append(envelope.offset)
        full.fill()

    room.deliver = deliver  # type: ignore[method-assign]  # a double of a double
    emptying = asyncio.create_task(full.empty())
    room.feed.hold()
    if held:
        for number in range(6, 16):
            room.feed.hear(message(number, number - 1))
        await room.catch_up(5)
    else:
        await room.catch_up(15, *(message(number, number - 1) for number in range(6, 16)))
    emptying.cancel()
    assert room.offsets == list(range(6, 16))
    assert delivered_to_full == 0
