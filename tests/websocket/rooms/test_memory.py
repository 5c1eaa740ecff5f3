"""The backplane within one process."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.websocket.rooms import Envelope, MemoryBackplane
from pyfly.websocket.rooms.memory import MESSAGE_SIZE, ROOM_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable


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


def size_of(room: str, *texts: str) -> int:
    """Return what a room without members counts for."""
    return ROOM_SIZE + sys.getsizeof(room) + sum(MESSAGE_SIZE + sys.getsizeof(text) for text in texts)


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
    too_much = size_of("one", "6", "7") + sum(size_of(room, "45", "6") for room in ("two", "three", "four"))
    backplane, _ = plane(idle_size=too_much - 1)
    await backplane.enter("used", "m", keep=3)
    for _ in range(3):
        await backplane.publish("used", "text", "12345" * 1000, exclude=None, keep=3)
    for room in ("one", "two", "three"):
        for text in ("123", "45", "6"):
            await backplane.publish(room, "text", text, exclude=None, keep=2)
    # "one" was used again, so that "two" goes first.
    await backplane.publish("one", "text", "7", exclude=None, keep=2)
    assert list(backplane._rooms) == ["used", "one", "two", "three"]
    for text in ("45", "6"):
        await backplane.publish("four", "text", text, exclude=None, keep=2)
    assert list(backplane._rooms) == ["used", "one", "three", "four"]
    backplane.leave("used", "m")
    backplane.leave("used", "m")
    assert list(backplane._rooms) == []


async def test_a_room_that_is_used_again_is_no_longer_counted_among_the_idle() -> None:
    backplane, _ = plane(idle_size=size_of("lobby", "12345") + size_of("other", "12345"))
    for _ in range(5):
        await backplane.publish("lobby", "text", "12345", exclude=None, keep=1)
        await backplane.enter("lobby", "m", keep=1)
        backplane.leave("lobby", "m")
    await backplane.publish("other", "text", "12345", exclude=None, keep=1)
    assert list(backplane._rooms) == ["lobby", "other"]


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        (0, str),
        (1, "{:010}".format),
        (100, "{:010}".format),
        (100, "{:01000}".format),
        (10, "{:01000}\xfc".format),
        (10, "{:01000}\u6f22".format),
        (10, "{:01000}\U0001f600".format),
    ],
    ids=["no message", "one", "small", "large", "umlauts", "two bytes wide", "four bytes wide"],
)
@pytest.mark.parametrize("name", ["{}".format, "{:08000}".format], ids=["short names", "long names"])
async def test_rooms_count_for_the_memory_that_they_take(
    messages: int, text: Callable[[int], str], name: Callable[[int], str]
) -> None:
    size, number = 1 << 20, 0
    backplane, _ = plane(idle_size=size)
    while len(backplane._rooms) == number:  # until the first one is forgotten
        number += 1
        # Each call with a name of its own, as they come from requests.
        await backplane.enter(name(number), "m", keep=100)
        backplane.leave(name(number), "m")
        for message in range(messages):
            exclude = f"{message:022}"
            await backplane.publish(name(number), "text", text(message), exclude=exclude, keep=100)
    assert 0.75 < _memory_of(backplane._rooms, backplane._idle) / size < 1.25


async def test_what_servers_have_made_of_a_text_counts_once_nobody_is_there() -> None:
    backplane, _ = plane()
    await backplane.enter("lobby", "m", keep=1)
    text = "m\xfch" * 1000
    await backplane.publish("lobby", "text", text, exclude=None, keep=1)
    # What extensions ask for to write a text into a socket: CPython keeps it beside the text.
    write = ctypes.pythonapi.PyUnicode_AsUTF8
    write.argtypes, write.restype = [ctypes.py_object], ctypes.c_char_p
    write(text)
    backplane.leave("lobby", "m")
    assert backplane._idle_held == size_of("lobby", text) > size_of("lobby") + 2 * len(text)


def _memory_of(*roots: object) -> int:
    """Return how many bytes objects take with all that they lead to, each counted once."""
    found: dict[int, object] = {}
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if id(thing) not in found and not isinstance(thing, type):
            found[id(thing)] = thing
            waiting += gc.get_referents(thing)
    return sum(map(sys.getsizeof, found.values()))
