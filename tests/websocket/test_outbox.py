"""What waits for a client that does not keep up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfly.websocket import outbox as outbox_module
from pyfly.websocket.outbox import Outbox, OutboxLimits, Overflow, size_of


def text(data: str) -> dict[str, Any]:
    return {"type": "websocket.send", "text": data}


class Peer:
    """A server that takes messages while its gate is open, and the session behind the outbox."""

    def __init__(self, limits: OutboxLimits = outbox_module.DEFAULT_LIMITS) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.taken_by_server: list[str] = []
        self.counted = 0
        self.overflows = 0
        self.errors: list[Exception] = []
        self.broken: Exception | None = None
        self.outbox = Outbox(self.transmit, self, limits)

    async def transmit(self, message: Any) -> None:
        await self.gate.wait()
        if self.broken is not None:
            raise self.broken
        self.taken_by_server.append(message["text"])

    def taken(self) -> None:
        self.counted += 1

    def failed(self, error: Exception) -> None:
        self.errors.append(error)

    def overflowed(self) -> None:
        self.overflows += 1

    def post(self, *data: str) -> None:
        for item in data:
            assert self.outbox.post(text(item))


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def writers() -> int:
    return sum(task.get_name() == "outbox" for task in asyncio.all_tasks())


async def test_a_message_the_server_takes_at_once_costs_no_task() -> None:
    peer = Peer()
    peer.post("a", "b")
    await peer.outbox.send(text("c"))
    assert (peer.taken_by_server, peer.counted, writers()) == (["a", "b", "c"], 2, 0)


async def test_what_has_to_wait_is_sent_in_order_by_a_task_that_then_ends() -> None:
    peer = Peer()
    peer.gate.clear()
    peer.post("a", "b")
    sending = asyncio.create_task(peer.outbox.send(text("c")))
    await settle()
    peer.post("d")
    assert (peer.taken_by_server, writers(), len(peer.outbox)) == ([], 1, 3)
    peer.gate.set()
    await sending
    await settle()
    assert (peer.taken_by_server, writers(), len(peer.outbox)) == (["a", "b", "c", "d"], 0, 0)


async def test_what_is_posted_while_the_handler_sends_follows_it() -> None:
    peer = Peer()
    peer.gate.clear()
    sending = asyncio.create_task(peer.outbox.send(text("a")))
    await settle()
    peer.post("b")
    peer.gate.set()
    await sending
    await settle()
    assert peer.taken_by_server == ["a", "b"]


async def test_giving_up_a_send_loses_no_other_message() -> None:
    peer = Peer()
    peer.gate.clear()
    peer.post("a")
    sending = asyncio.create_task(peer.outbox.send(text("b")))
    await settle()
    peer.post("c")
    sending.cancel()
    await asyncio.wait({sending})
    peer.gate.set()
    await settle()
    assert peer.taken_by_server == ["a", "c"]


async def test_errors_reach_the_sender_and_the_session() -> None:
    peer = Peer()
    peer.gate.clear()
    peer.post("a")
    sending = asyncio.create_task(peer.outbox.send(text("b")))
    await settle()
    peer.broken = OSError("gone")
    peer.gate.set()
    with pytest.raises(OSError, match="gone"):
        await sending
    peer.post("c")
    assert [str(error) for error in peer.errors] == ["gone", "gone"]
    assert peer.counted == 0


async def test_stopping_tells_who_waits_and_ends_the_writer() -> None:
    peer = Peer()
    peer.gate.clear()
    peer.post("a", "b")
    sending = asyncio.create_task(peer.outbox.send(text("c")))
    await settle()
    peer.outbox.stop()
    with pytest.raises(BrokenPipeError):
        await sending
    await settle()
    assert (writers(), len(peer.outbox)) == (0, 0)


async def test_draining_waits_for_what_is_in_line() -> None:
    peer = Peer()
    peer.gate.clear()
    peer.post("a", "b")
    draining = asyncio.create_task(peer.outbox.drain())
    await settle()
    assert not draining.done()
    peer.gate.set()
    await draining
    assert peer.taken_by_server == ["a", "b"]


async def test_draining_gives_up_on_a_client_that_takes_nothing() -> None:
    peer = Peer(OutboxLimits(seconds=0.01))
    peer.gate.clear()
    peer.post("a", "b")
    await peer.outbox.drain()
    await settle()
    assert (writers(), len(peer.outbox)) == (0, 0)


@pytest.mark.parametrize(
    ("overflow", "arrived", "dropped", "overflows"),
    [
        ("close", ["0", "1", "2"], 2, 2),
        ("drop_oldest", ["0", "3", "4"], 2, 0),
        ("drop_newest", ["0", "1", "2"], 2, 0),
    ],
)
async def test_what_does_not_fit(overflow: Overflow, arrived: list[str], dropped: int, overflows: int) -> None:
    peer = Peer(OutboxLimits(messages=2, overflow=overflow))
    peer.gate.clear()
    peer.post("0", "1", "2", "3", "4")
    peer.gate.set()
    await settle()
    assert (peer.taken_by_server, peer.outbox.dropped, peer.overflows) == (arrived, dropped, overflows)


async def test_bytes_are_bounded_as_well_but_for_a_lone_message() -> None:
    peer = Peer(OutboxLimits(size=10, overflow="drop_newest"))
    peer.gate.clear()
    peer.post("sending", "x" * 50, "dropped")
    peer.gate.set()
    await settle()
    assert (peer.taken_by_server, peer.outbox.dropped) == (["sending", "x" * 50], 1)


@pytest.mark.parametrize(
    ("message", "size"),
    [
        (text("abc"), 3),
        (text("\N{GRINNING FACE}ä"), 6),
        (text("\ud800"), 3),
        ({"type": "websocket.send", "text": None, "bytes": b"1234"}, 4),
    ],
)
def test_text_counts_as_utf_8(message: dict[str, Any], size: int) -> None:
    assert size_of(message) == size


async def test_what_is_given_up_with_a_slow_client_counts_as_dropped() -> None:
    peer = Peer(OutboxLimits(seconds=0))
    peer.gate.clear()
    peer.post("sending", "a", "b")
    await peer.outbox.drain()
    peer.post("late")
    assert (peer.taken_by_server, peer.outbox.dropped, len(peer.outbox)) == ([], 2, 0)


async def test_the_oldest_make_room_for_a_large_one_but_what_the_handler_sends_stays() -> None:
    peer = Peer(OutboxLimits(size=10, overflow="drop_oldest"))
    peer.gate.clear()
    peer.post("sending", "aaa")
    own = asyncio.create_task(peer.outbox.send(text("own")))
    await settle()
    peer.post("bbb", "ccc", "ddddddd")
    peer.gate.set()
    await own
    await settle()
    assert (peer.taken_by_server, peer.outbox.dropped) == (["sending", "own", "ccc", "ddddddd"], 2)


async def test_where_it_blocks_there_is_space_again_when_the_client_takes_something() -> None:
    peer = Peer(OutboxLimits(messages=1, overflow="block"))
    peer.gate.clear()
    peer.post("a", "b")
    assert not peer.outbox.post(text("c"))
    waiting = asyncio.create_task(peer.outbox.space())
    await settle()
    assert not waiting.done()
    peer.gate.set()
    await waiting
    peer.post("c")
    await settle()
    assert peer.taken_by_server == ["a", "b", "c"]


@pytest.mark.parametrize("overflow", ["close", "drop_oldest", "block"])
async def test_a_message_may_wait_for_so_long_only(overflow: Overflow) -> None:
    peer = Peer(OutboxLimits(seconds=0, overflow=overflow))
    peer.outbox.look()
    peer.gate.clear()
    peer.post("a", "b")
    while not peer.overflows:
        peer.outbox.look()
        await asyncio.sleep(0)
    peer.outbox.stop()


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["post", "send", "open", "shut", "give up", "settle"]), max_size=60))
def test_everything_arrives_once_and_in_order(steps: list[str]) -> None:
    async def play() -> None:
        peer = Peer()
        expected: list[str] = []
        given_up: set[str] = set()
        sends: list[tuple[str, asyncio.Task[None]]] = []
        for number, step in enumerate(steps):
            match step:
                case "post":
                    expected.append(str(number))
                    peer.post(str(number))
                case "send":
                    expected.append(str(number))
                    sends.append((str(number), asyncio.create_task(peer.outbox.send(text(str(number))))))
                    await asyncio.sleep(0)
                case "open":
                    peer.gate.set()
                case "shut":
                    peer.gate.clear()
                case "give up" if sends:
                    name, task = sends.pop()
                    if task.cancel():
                        given_up.add(name)
                        await asyncio.wait({task})
                case _:
                    await settle()
        peer.gate.set()
        for _, task in sends:
            await task
        await settle()
        # What was given up may have been on its way.
        certain = [name for name in expected if name not in given_up]
        assert [name for name in peer.taken_by_server if name not in given_up] == certain
        assert sorted(peer.taken_by_server, key=int) == peer.taken_by_server
        assert writers() == 0

    asyncio.run(play())


async def test_empty_messages_are_counted_as_well() -> None:
    peer = Peer(OutboxLimits(messages=2))
    peer.gate.clear()
    peer.post("", "", "")
    assert (len(peer.outbox), peer.overflows) == (2, 0)
    peer.post("")
    assert peer.overflows == 1
    peer.outbox.stop()


async def test_what_is_offered_is_refused_where_there_is_no_room_and_nobody_overflows() -> None:
    peer = Peer(OutboxLimits(messages=1))
    peer.gate.clear()
    assert [peer.outbox.offer(text(item)) for item in "abc"] == [True, True, False]
    waiting = asyncio.create_task(peer.outbox.space())
    await settle()
    peer.gate.set()
    await waiting
    assert peer.outbox.offer(text("c"))
    await settle()
    assert (peer.taken_by_server, peer.overflows) == (["a", "b", "c"], 0)


async def test_nothing_waits_in_an_outbox_that_was_stopped() -> None:
    peer = Peer(OutboxLimits(messages=1, overflow="block"))
    peer.gate.clear()
    peer.post("a", "b")
    assert not peer.outbox.post(text("c"))
    peer.outbox.stop()
    assert peer.outbox.post(text("c"))
    with pytest.raises(BrokenPipeError):
        await peer.outbox.send(text("d"))
    await settle()
    assert (peer.taken_by_server, len(peer.outbox), writers()) == ([], 0, 0)
