"""Rooms over a backplane that is told when to carry what: the port, without any network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest

from pyfly.events import EventPublisher
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.rooms import (
    Backplane,
    BackplaneError,
    Envelope,
    MemberJoined,
    MemberLeft,
    PresenceEvent,
    Receiver,
    Rooms,
)
from pyfly.websocket.rooms.membership import LONGEST_LINE
from tests.websocket.rooms.members import Member, settle

if TYPE_CHECKING:
    from pyfly.websocket.messages import FrameKind


class Wire:
    """What the nodes share: messages in one order, which each node hears when it is let."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.members: dict[str, set[str]] = {}
        self.nodes: list[FakeBackplane] = []


class FakeBackplane:
    """One node on a wire."""

    healthy = True

    def __init__(self, wire: Wire) -> None:
        self.node = str(len(wire.nodes))
        self.wire = wire
        self.heard = 0
        self.receiver: Receiver | None = None
        self.refuses: BackplaneError | None = None
        self.history = asyncio.Event()
        self.history.set()
        wire.nodes.append(self)

    def attach(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def hear(self, count: int | None = None) -> None:
        """Take some of the messages that wait, or all."""
        assert self.receiver is not None
        until = len(self.wire.envelopes) if count is None else self.heard + count
        while self.heard < until:
            self.heard += 1
            self.receiver.deliver(self.wire.envelopes[self.heard - 1])

    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        offset = len(self.wire.envelopes) + 1
        self.wire.envelopes.append(Envelope(self.node, "e", offset, offset - 1, room, kind, data, exclude))
        return offset

    async def enter(self, room: str, member: str, *, keep: int) -> int:
        if self.refuses is not None:
            raise self.refuses
        self.wire.members.setdefault(room, set()).add(member)
        return len(self.wire.envelopes)

    def leave(self, room: str, member: str) -> None:
        self.wire.members.get(room, set()).discard(member)

    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        found = [envelope for envelope in self.wire.envelopes if envelope.offset > (since or 0)]
        await self.history.wait()
        return found

    def offset(self, room: str) -> int:
        return self.heard

    async def count(self, room: str) -> int:
        return len(self.wire.members.get(room, ()))

    async def member_ids(self, room: str) -> tuple[str, ...]:
        return tuple(self.wire.members.get(room, ()))


if TYPE_CHECKING:
    _: Backplane = FakeBackplane(Wire())


def two_nodes() -> tuple[FakeBackplane, Rooms, FakeBackplane, Rooms]:
    wire = Wire()
    one, two = FakeBackplane(wire), FakeBackplane(wire)
    return one, Rooms(one), two, Rooms(two)


async def test_rooms_of_two_nodes_are_one() -> None:
    one, here, two, there = two_nodes()
    first, second = await Member.open(), await Member.open()
    async with here.join("lobby", first.session) as room, there.join("lobby", second.session) as other:
        assert await room.publish("1") == 1
        assert await other.publish("2", exclude=first.session) == 2
        assert first.client.texts == second.client.texts == []
        one.hear()
        two.hear()
        assert (first.client.texts, second.client.texts) == (["1"], ["1", "2"])
        assert await room.count() == 2
        assert set(await other.member_ids()) == {first.session.id, second.session.id}
        assert (room.members, room.offset) == ((first.session,), 2)
    assert await here.room("lobby").count() == 0


async def test_what_comes_while_the_history_is_fetched_follows_it_once() -> None:
    one, here, _, there = two_nodes()
    room = there.room("lobby")
    for text in "12":
        await room.publish(text)
    member = await Member.open()
    one.history.clear()
    async with AsyncExitStack() as stack:
        joining = asyncio.create_task(stack.enter_async_context(here.join("lobby", member.session, since=0)))
        await settle()
        await room.publish("3")
        one.hear()
        assert member.client.texts == []
        one.history.set()
        await joining
        await room.publish("4")
        one.hear()
        assert member.client.texts == ["1", "2", "3", "4"]


async def test_what_was_replayed_is_not_delivered_again() -> None:
    one, here, _, there = two_nodes()
    for text in "123":
        await there.room("lobby").publish(text)
    early, late = await Member.open(), await Member.open()
    async with here.join("lobby", early.session), here.join("lobby", late.session, since=1):
        assert late.client.texts == ["2", "3"]
        one.hear()
        await there.room("lobby").publish("4")
        one.hear()
    assert early.client.texts == ["1", "2", "3", "4"]
    assert late.client.texts == ["2", "3", "4"]


async def test_what_a_member_has_heard_before_this_process_does_is_neither_missing_nor_sent_again() -> None:
    one, here, _, there = two_nodes()
    for text in "12":
        await there.room("lobby").publish(text)
    early, late = await Member.open(), await Member.open()
    async with here.join("lobby", early.session), here.join("lobby", late.session, since=2) as room:
        assert not room.has_gap
        one.hear()
        await there.room("lobby").publish("3")
        one.hear()
    assert early.client.texts == ["1", "2", "3"]
    assert late.client.texts == ["3"]


async def test_a_history_longer_than_the_outbox_is_paced_by_the_client() -> None:
    one, here, _, there = two_nodes()
    messages = [str(number) for number in range(50)]
    for text in messages:
        await there.room("lobby").publish(text)
    one.heard = len(messages)
    member = await Member.open(limits=OutboxLimits(messages=4))
    member.client.gate.clear()
    async with AsyncExitStack() as stack:
        joining = asyncio.create_task(stack.enter_async_context(here.join("lobby", member.session, since=0)))
        await settle()
        assert member.session.waiting == 4
        member.client.gate.set()
        await joining
        assert await member.client.wait_for(50) == messages
    assert member.session.close_code is None


async def test_leaving_ends_a_replay_that_waits() -> None:
    one, here, _, there = two_nodes()
    for number in range(10):
        await there.room("lobby").publish(str(number))
    member = await Member.open(limits=OutboxLimits(messages=2))
    member.client.gate.clear()
    joining = asyncio.create_task(here.join("lobby", member.session, since=0).__aenter__())
    await settle()
    await member.session.carry_out_endings()
    await joining
    one.hear()
    assert here.names == ()
    member.client.gate.set()
    await settle()
    assert member.client.texts == ["0", "1", "2"]


async def test_who_falls_behind_while_it_catches_up_is_closed() -> None:
    one, here, _, there = two_nodes()
    member = await Member.open()
    one.history.clear()
    joining = asyncio.create_task(here.join("lobby", member.session, since=0).__aenter__())
    await settle()
    for _ in range(LONGEST_LINE + 1):
        await there.room("lobby").publish("x")
    one.hear()
    assert member.session.close_code == 1013
    one.history.set()
    await joining


async def test_a_join_that_fails_leaves_nothing_behind() -> None:
    one, here, _, _ = two_nodes()
    one.refuses = BackplaneError("join()", "it is down")
    member = await Member.open()
    with pytest.raises(BackplaneError, match=r"^join\(\): it is down$"):
        await here.join("lobby", member.session).__aenter__()
    assert here.names == ()
    assert await here.room("lobby").count() == 0


async def test_nobody_is_told_of_the_leaving_of_who_never_came() -> None:
    told: list[type] = []
    events = EventPublisher()
    events.subscribe(PresenceEvent, lambda event: told.append(type(event)))
    plane = FakeBackplane(Wire())
    rooms = Rooms(plane, events)
    for text in "123":
        await rooms.room("lobby").publish(text)
    plane.refuses = BackplaneError("join()", "it is down")
    with pytest.raises(BackplaneError):
        await rooms.join("lobby", (await Member.open()).session).__aenter__()
    plane.refuses = None
    # One that leaves while it is sent what it has missed, by its own cancellation and at its end.
    for ended in (False, True):
        member = await Member.open(limits=OutboxLimits(messages=1))
        member.client.gate.clear()
        joining = asyncio.create_task(rooms.join("lobby", member.session, since=0).__aenter__())
        await settle()
        if ended:
            await member.session.carry_out_endings()
        else:
            joining.cancel()
        await asyncio.wait({joining})
        member.client.gate.set()
    assert (told, rooms.names) == ([], ())
    async with rooms.join("lobby", (await Member.open()).session):
        assert told == [MemberJoined]
    assert told == [MemberJoined, MemberLeft]


async def test_members_of_a_room_that_has_lost_messages_are_closed() -> None:
    one, here, _, _ = two_nodes()
    member, other = await Member.open(), await Member.open()
    async with here.join("lobby", member.session), here.join("elsewhere", other.session):
        assert one.receiver is not None
        one.receiver.lost("lobby")
        one.receiver.lost("nowhere")
        await settle()
        assert (member.session.close_code, member.session.close_reason) == (1012, "messages were lost")
        assert member.client.sent[-1] == {"type": "websocket.close", "code": 1012, "reason": "messages were lost"}
        assert other.session.close_code is None


async def test_a_member_that_blocks_holds_up_its_room_and_no_other() -> None:
    one, here, _, there = two_nodes()
    blocks = await Member.open(limits=OutboxLimits(messages=1, overflow="block"))
    quick, other = await Member.open(), await Member.open()
    blocks.client.gate.clear()
    async with (
        here.join("lobby", blocks.session),
        here.join("lobby", quick.session),
        here.join("elsewhere", other.session),
    ):
        for number in range(5):
            await there.room("lobby").publish(str(number))
        await there.room("elsewhere").publish("on")
        one.hear()
        assert other.client.texts == ["on"]
        assert quick.client.texts == ["0", "1", "2"]
        late = await Member.open()
        async with here.join("lobby", late.session):
            own = asyncio.create_task(here.room("lobby").publish("5"))
            await settle()
            assert not own.done()
            one.hear()
            blocks.client.gate.set()
            assert await own == 7
            await settle()
            assert late.client.texts == ["5"]
    assert blocks.client.texts == quick.client.texts == ["0", "1", "2", "3", "4", "5"]


async def test_who_blocks_for_too_many_messages_is_closed_and_the_others_go_on() -> None:
    one, here, _, there = two_nodes()
    blocks = await Member.open(limits=OutboxLimits(messages=1, overflow="block"))
    quick = await Member.open()
    blocks.client.gate.clear()
    count = LONGEST_LINE + 10
    async with here.join("lobby", blocks.session), here.join("lobby", quick.session):
        for number in range(count):
            await there.room("lobby").publish(str(number))
        one.hear()
        assert blocks.session.close_code == 1013
        assert await quick.client.wait_for(count) == [str(number) for number in range(count)]


async def test_a_member_that_leaves_does_not_hold_up_any_more() -> None:
    one, here, _, there = two_nodes()
    blocks = await Member.open(limits=OutboxLimits(messages=1, overflow="block"))
    quick = await Member.open()
    blocks.client.gate.clear()
    async with here.join("lobby", quick.session):
        async with here.join("lobby", blocks.session):
            for number in range(5):
                await there.room("lobby").publish(str(number))
            one.hear()
            assert len(quick.client.texts) == 3
        assert await quick.client.wait_for(5) == list("01234")


async def test_stopping_delivers_nothing_that_is_held_back() -> None:
    one, here, _, there = two_nodes()
    blocks = await Member.open(limits=OutboxLimits(messages=1, overflow="block"))
    blocks.client.gate.clear()
    async with here.join("lobby", blocks.session):
        for number in range(5):
            await there.room("lobby").publish(str(number))
        one.hear()
        here.close()
        await settle()
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("room ")]


async def test_joining_and_leaving_often_leaves_nothing_with_the_session() -> None:
    _, here, _, _ = two_nodes()
    member = await Member.open()
    for _ in range(3):
        async with here.join("lobby", member.session), here.join("lobby", member.session):
            assert member.session._endings
        assert not member.session._endings
