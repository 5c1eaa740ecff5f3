"""The inbox between a handler that listens elsewhere and its connection."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfly.websocket import read_ahead
from pyfly.websocket.read_ahead import ReadAhead

DISCONNECT = {"type": "websocket.disconnect", "code": 4001, "reason": "bye"}


def text(data: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": data}


class Peer:
    """Both ends of a reader: what the connection gives it, and what the session is told."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.departures: list[Any] = []
        self.caught_up_times = 0

    async def receive(self) -> Any:
        message = await self.messages.get()
        if isinstance(message, Exception):
            raise message
        return message

    def departed(self, message: Any) -> None:
        self.departures.append(message)

    def caught_up(self) -> None:
        self.caught_up_times += 1

    def put(self, *messages: Any) -> None:
        for message in messages:
            self.messages.put_nowait(message)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_messages_come_in_order_and_the_departure_last_and_again() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    peer.put(text("a"), text("b"), DISCONNECT)
    await settle()
    assert (peer.departures, ahead.left) == ([DISCONNECT], True)
    assert [await ahead.get() for _ in range(4)] == [text("a"), text("b"), DISCONNECT, DISCONNECT]


async def test_a_connection_that_fails_has_ended_with_1006() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    peer.put(RuntimeError("nothing more"))
    assert (await ahead.get())["code"] == 1006
    assert ahead.left


async def test_everybody_who_waits_is_told_of_the_departure() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    waiting = [asyncio.create_task(ahead.get()) for _ in range(3)]
    await settle()
    peer.put(DISCONNECT)
    assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [DISCONNECT] * 3


async def test_what_lies_in_an_inbox_that_is_concluded_is_still_received() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    peer.put(text("a"))
    await settle()
    ahead.conclude(DISCONNECT)
    peer.put(text("b"))
    await settle()
    assert [await ahead.get() for _ in range(3)] == [text("a"), DISCONNECT, DISCONNECT]
    assert (peer.departures, ahead.left) == ([], False)
    ahead.resume()
    await settle()
    assert peer.messages.qsize() == 1


async def test_everybody_who_waits_is_told_of_the_conclusion() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    waiting = [asyncio.create_task(ahead.get()) for _ in range(3)]
    await settle()
    ahead.conclude(DISCONNECT)
    assert await asyncio.wait_for(asyncio.gather(*waiting), 10) == [DISCONNECT] * 3


async def test_a_departure_that_was_told_stays_the_end() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    peer.put(DISCONNECT)
    await settle()
    ahead.conclude({"type": "websocket.disconnect", "code": 4000})
    assert await ahead.get() == DISCONNECT
    assert ahead.left


async def test_no_more_than_so_many_messages_are_read_ahead() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    peer.put(*[text(str(number)) for number in range(read_ahead.INBOX_MESSAGES + 5)])
    await settle()
    assert peer.messages.qsize() == 5
    assert await ahead.get() == text("0")
    await settle()
    assert peer.messages.qsize() == 4
    ahead.stop()


async def test_no_more_than_so_many_bytes_are_read_ahead() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    half = {"type": "websocket.receive", "bytes": bytes(read_ahead.INBOX_BYTES // 2)}
    peer.put(half, half, text("later"))
    await settle()
    assert peer.messages.qsize() == 1
    assert await ahead.get() == half
    await settle()
    assert peer.messages.empty()
    ahead.stop()


async def test_the_reader_ends_with_the_message_the_handler_waits_for() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    waiting = asyncio.create_task(ahead.get())
    await settle()
    peer.put(text("a"), text("b"))
    assert await asyncio.wait_for(waiting, 10) == text("a")
    await settle()
    assert (peer.caught_up_times, peer.messages.qsize()) == (1, 1)


async def test_a_message_that_is_not_taken_after_all_stays_first() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer)
    waiting = asyncio.create_task(ahead.get())
    await settle()
    # Gives up in the very step in which the message arrives, before the one behind it is read.
    asyncio.get_running_loop().call_soon(peer.put, text("a"), text("b"))
    asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(waiting.cancel))
    await settle()
    assert waiting.cancelled()
    ahead.resume()
    assert [await ahead.get(), await ahead.get()] == [text("a"), text("b")]
    ahead.stop()


async def test_what_is_discarded_never_fills_the_inbox() -> None:
    peer = Peer()
    ahead = ReadAhead(peer.receive, peer, discard=True)
    peer.put(*[text("x")] * 1000, DISCONNECT)
    assert await asyncio.wait_for(ahead.get(), 10) == DISCONNECT
    assert peer.departures == [DISCONNECT]


@pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning")
@settings(max_examples=200)
@given(
    steps=st.lists(st.sampled_from(["send", "get", "give up", "settle", "resume"]), max_size=60),
    limit=st.integers(min_value=1, max_value=4),
)
def test_nothing_is_lost_doubled_or_reordered(steps: list[str], limit: int) -> None:
    """Whatever the handler does between its messages, it gets them all, each once, in order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read_ahead, "INBOX_MESSAGES", limit)
        sent, got = asyncio.run(_play(steps))
    assert got == sent


async def _play(steps: list[str]) -> tuple[list[str], list[str]]:
    peer = Peer()
    source: list[Any] = [peer.receive]
    peer.caught_up = lambda: source.__setitem__(0, peer.receive)  # type: ignore[method-assign]
    ahead = ReadAhead(peer.receive, peer)
    source[0] = ahead.get
    sent: list[str] = []
    got: list[str] = []
    waiting: asyncio.Task[Any] | None = None

    def collect() -> None:
        nonlocal waiting
        if waiting is not None and waiting.done():
            if not waiting.cancelled():
                got.append(waiting.result()["text"])
            waiting = None

    for step in steps:
        collect()
        if step == "send":
            sent.append(str(len(sent)))
            peer.put(text(sent[-1]))
        elif step == "get" and waiting is None:
            waiting = asyncio.create_task(source[0]())
        elif step == "give up" and waiting is not None:
            waiting.cancel()
            await asyncio.wait({waiting})
        elif step == "resume" and source[0] == ahead.get:
            ahead.resume()
        else:
            await settle()
    if waiting is not None and len(sent) > len(got):
        await asyncio.wait({waiting})
        collect()
    while len(got) < len(sent):
        if source[0] == ahead.get:
            ahead.resume()
        got.append((await asyncio.wait_for(source[0](), 10))["text"])
    for task in (waiting, ahead._task):  # pyright: ignore[reportPrivateUsage]
        if task is not None:
            task.cancel()
    return sent, got
