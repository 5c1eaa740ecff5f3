"""What Redis is told of members, where connections are lost in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from pyfly.websocket.rooms import Envelope
from pyfly.websocket.rooms.adapters.redis_feeds import CHORUS, Feeds
from pyfly.websocket.rooms.adapters.redis_link import LinkLostError, RedisLink
from pyfly.websocket.rooms.adapters.redis_rooms import BEAT, ENTER, Script
from pyfly.websocket.rooms.adapters.redis_times import DEFAULT_TIMES
from tests.websocket.rooms.members import settle


class Link:
    """A connection that is lost at a command, or never."""

    def __init__(self, *, lost_at: str = "") -> None:
        self.lost_at = lost_at
        self.told: list[tuple[Any, ...]] = []
        self.beats: list[list[str]] = []
        self.forgotten: list[int] = []
        self.answers = asyncio.Event()
        self.answers.set()

    def check(self) -> None:
        if self.lost_at == "CHECK":
            raise LinkLostError(sent=False)

    def send(self, *parts: Any) -> asyncio.Future[Any]:
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if parts[0] == self.lost_at:
            reply.set_exception(LinkLostError(sent=True))
        else:
            self.told.append(parts)
            reply.set_result(1)
        return reply

    async def run_script(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        if script is BEAT:
            self.beats.append(list(keys[::4]))
            return self.forgotten
        self.told.append((script, *arguments[4:]))
        await self.answers.wait()
        return (b"7", b"e", b"0")

    async def subscribe(self, channels: Sequence[str]) -> None:
        self.told.append(("SUBSCRIBE", *channels))

    async def unsubscribe(self, channel: str) -> None:
        if self.lost_at == "UNSUBSCRIBE":
            raise LinkLostError(sent=True)
        self.told.append(("UNSUBSCRIBE", channel))


class Nobody:
    def deliver(self, envelope: Envelope) -> None:
        raise AssertionError(envelope)

    def lost(self, room: str) -> None:
        raise AssertionError(room)


async def work_off(feeds: Feeds, link: Link) -> None:
    """Have done what is to be done, and stop when there is nothing more."""
    working = asyncio.create_task(feeds.work_off(cast("RedisLink", link)))
    await asyncio.wait({working}, timeout=0.05)
    working.cancel()
    await working


@pytest.mark.parametrize("lost_at", ["SREM", "UNSUBSCRIBE"])
async def test_a_departure_that_a_lost_connection_has_not_told_is_told_on_the_next(lost_at: str) -> None:
    feeds = Feeds("node", prefix="p", times=DEFAULT_TIMES)
    feeds.receiver = Nobody()
    feed = feeds.add("lobby", "ada")
    feeds.remove("lobby", "ada")
    with pytest.raises(LinkLostError):
        await work_off(feeds, Link(lost_at=lost_at))
    assert len(feeds) == 1
    link = Link()
    with pytest.raises(asyncio.CancelledError):
        await work_off(feeds, link)
    assert link.told == [
        ("DEL", feed.keys.members),
        ("SREM", feed.keys.nodes, "node"),
        ("UNSUBSCRIBE", feed.keys.channel),
    ]
    assert len(feeds) == 0


async def test_who_has_come_back_meanwhile_is_not_taken_out() -> None:
    feeds = Feeds("node", prefix="p", times=DEFAULT_TIMES)
    feeds.receiver = Nobody()
    feeds.add("lobby", "ada")
    feeds.remove("lobby", "ada")
    with pytest.raises(LinkLostError):
        await work_off(feeds, Link(lost_at="SREM"))
    feeds.add("lobby", "ada")
    link = Link()
    with pytest.raises(asyncio.CancelledError):
        await work_off(feeds, link)
    assert (link.told, len(feeds)) == ([], 1)


async def test_many_join_a_room_that_is_heard_already_at_the_same_time() -> None:
    feeds, link = Feeds("node", prefix="p", times=DEFAULT_TIMES), Link()
    feeds.receiver = Nobody()
    names = [f"m{number}" for number in range(4)]
    link.answers.clear()

    def join(name: str) -> asyncio.Task[int]:
        feed = feeds.add("lobby", name)
        return asyncio.create_task(feeds.enter(cast("RedisLink", link), feed, name, keep=0))

    first = join("first")
    await settle()
    early = join("early")  # before the room is heard
    await settle()
    assert link.told == [("SUBSCRIBE", "p:{lobby}:live"), (ENTER, "first")]
    link.answers.set()
    assert [await first, await early] == [7, 7]
    link.told.clear()
    link.answers.clear()
    joining = [join(name) for name in names]
    await settle()
    assert link.told == [(ENTER, name) for name in names]
    link.answers.set()
    assert await asyncio.gather(*joining) == [7] * 4


@pytest.mark.parametrize("is_lost", [False, True])
async def test_the_newest_connection_is_the_one_that_counts(is_lost: bool) -> None:
    feeds, old, new = Feeds("node", prefix="p", times=DEFAULT_TIMES), Link(), Link()
    feeds.receiver = Nobody()
    feed = feeds.add("lobby", "ada")
    old.answers.clear()
    entering = asyncio.create_task(feeds.enter(cast("RedisLink", old), feed, "ada", keep=0))
    await settle()
    catching_up = asyncio.create_task(feeds.catch_up(cast("RedisLink", new)))
    await settle()
    old.lost_at = "CHECK" if is_lost else ""
    old.answers.set()
    if is_lost:
        with pytest.raises(LinkLostError):
            await entering
    else:
        assert await entering == 7
    await catching_up
    assert feed.link is cast("RedisLink", new)


async def test_a_connection_that_is_lost_leaves_alone_what_is_heard() -> None:
    feeds, old, new = Feeds("node", prefix="p", times=DEFAULT_TIMES), Link(lost_at="CHECK"), Link()
    feeds.receiver = Nobody()
    feed = feeds.add("lobby", "ada")
    await feeds.enter(cast("RedisLink", new), feed, "ada", keep=0)
    with pytest.raises(LinkLostError):
        await feeds.enter(cast("RedisLink", old), feeds.add("lobby", "bob"), "bob", keep=0)
    assert feed.link is cast("RedisLink", new)
    with pytest.raises(AssertionError):  # it is delivered, and not held
        feed.hear(b"8 7 e node text -\nhello")


async def test_a_process_says_for_many_rooms_at_once_that_it_is_there_and_spreads_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feeds, link = Feeds("node", prefix="p", times=DEFAULT_TIMES), Link()
    feeds.receiver = Nobody()
    rooms = [feeds.add(f"room {number}", "ada") for number in range(3 * CHORUS - 1)]
    for feed in rooms:
        await feeds.enter(cast("RedisLink", link), feed, "ada", keep=0)
    feeds.remove("room 0", "ada")
    link.told.clear()
    link.forgotten = [7]
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        if len(link.beats) == 3:
            raise asyncio.CancelledError
        pauses.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await feeds.heartbeat(cast("RedisLink", link))
    assert pauses == [DEFAULT_TIMES.heartbeat / 3] * 3
    assert [key for beat in link.beats for key in beat] == [feed.keys.members for feed in rooms[1:]]
    assert link.told == [(ENTER, "ada")] * 3
