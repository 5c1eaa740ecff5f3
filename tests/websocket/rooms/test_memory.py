"""The backplane within one process."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import pytest

from pyfly.websocket.rooms import Envelope, MemoryBackplane
from pyfly.websocket.rooms.memory import MESSAGE_SIZE, ROOM_SIZE


class Ears:
    """Who receives."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    def deliver(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope)

    def lost(self, room: str) -> None:
        raise AssertionError(room)


def plane(**options: Any) -> tuple[MemoryBackplane, Ears]:
    backplane, ears = MemoryBackplane(**options), Ears()
    backplane.attach(ears)
    return backplane, ears


async def test_a_message_is_delivered_in_the_call_that_publishes_it() -> None:
    backplane, ears = plane()
    await backplane.enter("lobby", "m", keep=0)
    publishing = backplane.publish("lobby", "binary", b"1", exclude="m", keep=0)
    with pytest.raises(StopIteration) as stopped:
        publishing.send(None)
    (envelope,) = ears.envelopes
    assert envelope == Envelope(backplane.node, envelope.epoch, stopped.value.value, 0, "lobby", "binary", b"1", "m")
    assert envelope.message == {"type": "websocket.send", "bytes": b"1"}
    assert backplane.healthy


async def test_each_message_tells_the_one_before_it() -> None:
    backplane, ears = plane()
    await backplane.enter("lobby", "m", keep=0)
    offsets = [await backplane.publish("lobby", "text", text, exclude=None, keep=0) for text in "123"]
    assert [envelope.previous for envelope in ears.envelopes] == [0, *offsets[:2]]
    assert backplane.offset("lobby") == offsets[-1]
    assert (await backplane.count("lobby"), await backplane.member_ids("lobby")) == (1, ("m",))


async def test_offsets_grow_also_where_a_room_begins_anew() -> None:
    backplane, _ = plane()
    offsets = []
    for _ in range(3):
        await backplane.enter("lobby", "m", keep=0)
        offsets.append(await backplane.publish("lobby", "text", "1", exclude=None, keep=0))
        backplane.leave("lobby", "m")
        offsets.append(await backplane.publish("lobby", "text", "nobody", exclude=None, keep=0))
        assert backplane.offset("lobby") == 0
    assert offsets == sorted(set(offsets))
    later, _ = plane()
    assert await later.publish("lobby", "text", "1", exclude=None, keep=1) > offsets[-1]


async def test_a_room_where_nobody_is_and_nothing_is_kept_costs_nothing() -> None:
    backplane, ears = plane()
    for number in range(100):
        await backplane.publish(str(number), "text", "1", exclude=None, keep=0)
        backplane.leave(str(number), "m")
    assert (ears.envelopes, backplane._rooms) == ([], {})
    assert (await backplane.kept("1", last=1), await backplane.count("1")) == ((), 0)


async def test_rooms_that_nobody_uses_are_forgotten() -> None:
    backplane, _ = plane(idle_seconds=-1.0)
    await backplane.publish("idle", "text", "1", exclude=None, keep=1)
    await backplane.enter("used", "m", keep=1)
    await backplane.publish("new", "text", "1", exclude=None, keep=1)
    assert list(backplane._rooms) == ["used", "new"]


async def test_rooms_that_nobody_is_in_keep_so_much_together_and_no_more() -> None:
    names, texts = len("onetwothreefour"), 12
    backplane, _ = plane(idle_size=4 * ROOM_SIZE + names + 7 * MESSAGE_SIZE + texts)
    await backplane.enter("used", "m", keep=3)
    for _ in range(3):
        await backplane.publish("used", "text", "12345" * 1000, exclude=None, keep=3)
    for room in ("one", "two", "three"):
        for text in ("123", "45", "6"):
            await backplane.publish(room, "text", text, exclude=None, keep=2)
    # Each keeps three characters by now; "one" was used again, so that "two" goes first.
    await backplane.publish("one", "text", "7", exclude=None, keep=2)
    assert list(backplane._rooms) == ["used", "one", "two", "three"]
    await backplane.publish("four", "text", "12345", exclude=None, keep=2)
    assert list(backplane._rooms) == ["used", "one", "three", "four"]
    backplane.leave("used", "m")
    backplane.leave("used", "m")
    assert list(backplane._rooms) == []


async def test_a_room_that_is_used_again_is_no_longer_counted_among_the_idle() -> None:
    names, texts = len("lobbyother"), 10
    backplane, _ = plane(idle_size=2 * (ROOM_SIZE + MESSAGE_SIZE) + names + texts)
    for _ in range(5):
        await backplane.publish("lobby", "text", "12345", exclude=None, keep=1)
        await backplane.enter("lobby", "m", keep=1)
        backplane.leave("lobby", "m")
    await backplane.publish("other", "text", "12345", exclude=None, keep=1)
    assert list(backplane._rooms) == ["lobby", "other"]


@pytest.mark.parametrize("name", ["{}", "{:08000}"])
@pytest.mark.parametrize("data", ["{}", "{:0200}", "{:0200}\u20ac"])
@pytest.mark.parametrize("count", [0, 50])
async def test_what_rooms_that_nobody_is_in_take_is_not_more_than_is_counted(name: str, data: str, count: int) -> None:
    backplane, _ = plane()
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(50):
            room = name.format(number)
            await backplane.enter(room, "m", keep=50)
            backplane.leave(room, "m")
            for message in range(count):
                await backplane.publish(name.format(number), "text", data.format(message), exclude=None, keep=50)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(backplane._rooms) == 50
    assert backplane._idle_held / 3 < taken < backplane._idle_held
