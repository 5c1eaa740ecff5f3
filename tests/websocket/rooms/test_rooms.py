"""Rooms: who is in them, and what they are sent."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from pyfly.container import component, rest_controller
from pyfly.context import ApplicationContext
from pyfly.events import event_listener
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import SessionStateError, WebSocketDisconnect, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.crowding import BREATH
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.rooms import MemberJoined, MemberLeft, PresenceEvent, Rooms
from tests.websocket.rooms.members import Connection, Member, settle

T = TypeVar("T")


class Told(BaseModel):
    text: str


@asynccontextmanager
async def joined(rooms: Rooms, count: int, **options: Any) -> AsyncIterator[list[Member]]:
    members = [await Member.open(**options) for _ in range(count)]
    async with AsyncExitStack() as stack:
        for member in members:
            await stack.enter_async_context(rooms.join("lobby", member.session))
        yield members


async def test_every_member_gets_what_is_published_but_for_the_excluded_one() -> None:
    rooms = Rooms()
    async with joined(rooms, 3) as members:
        await rooms.room("lobby").publish("to all")
        await rooms.room("lobby").publish("to others", exclude=members[1].session)
        await rooms.room("elsewhere").publish("to nobody")
    assert [member.client.texts for member in members] == [
        ["to all", "to others"],
        ["to all"],
        ["to all", "to others"],
    ]


async def test_a_room_knows_its_members_while_they_are_there() -> None:
    rooms = Rooms()
    room = rooms.room("lobby")
    async with joined(rooms, 2) as members:
        assert room.members == tuple(member.session for member in members)
        assert (room.name, rooms.names) == ("lobby", ("lobby",))
    assert (room.members, rooms.names) == ((), ())


async def test_a_member_that_has_left_gets_nothing_more() -> None:
    rooms = Rooms()
    member = await Member.open()
    async with rooms.join("lobby", member.session) as room:
        await room.publish("in")
    await room.publish("out")
    assert member.client.texts == ["in"]


async def test_a_session_that_has_joined_twice_gets_everything_once() -> None:
    rooms = Rooms()
    member = await Member.open()
    async with rooms.join("lobby", member.session) as room:
        async with rooms.join("lobby", member.session):
            await room.publish("a")
        await room.publish("b")
    await room.publish("c")
    assert member.client.texts == ["a", "b"]


async def test_messages_are_encoded_once_by_the_room_s_type() -> None:
    rooms = Rooms()
    async with joined(rooms, 2, message_type=Told) as members:
        await rooms.room("lobby", Told).publish(Told(text="hi"))
        assert [json.loads(member.client.texts[0]) for member in members] == [{"text": "hi"}] * 2
        assert members[0].client.sent[-1] is members[1].client.sent[-1]
        async with rooms.join("lobby", members[0].session) as room:
            with pytest.raises(TypeError, match="expected Told, got str"):
                await room.publish("hi")


async def test_a_room_can_have_its_json_in_binary_frames() -> None:
    rooms = Rooms()
    async with joined(rooms, 1) as (member,):
        await rooms.room("lobby", Told, frames="binary").publish(Told(text="hi"))
    assert member.client.sent[-1]["bytes"] == b'{"text":"hi"}'


async def test_joining_needs_an_open_session() -> None:
    rooms = Rooms()
    connecting: WebSocketSession = WebSocketSession(Connection(), managed=True)  # type: ignore[arg-type]  # no headers
    with pytest.raises(
        SessionStateError, match=r"^join\(\): the session is connecting; await session.accept\(\) first$"
    ):
        await rooms.join("lobby", connecting).__aenter__()
    member = await Member.open()
    member.session.departed({"type": "websocket.disconnect", "code": 4001})
    with pytest.raises(WebSocketDisconnect):
        await rooms.join("lobby", member.session).__aenter__()


async def test_a_member_that_does_not_read_holds_up_nobody_and_is_closed() -> None:
    rooms = Rooms()
    async with joined(rooms, 3, limits=OutboxLimits(messages=10)) as members:
        slow = members[1]
        slow.client.gate.clear()
        for number in range(20):
            await rooms.room("lobby").publish(str(number))
        assert [len(member.client.texts) for member in members] == [20, 0, 20]
        assert (slow.session.close_code, slow.session.close_reason) == (1013, "too slow")
        await settle()
        slow.client.gate.set()
        await settle()
        assert slow.client.sent[-1] == {"type": "websocket.close", "code": 1013, "reason": "too slow"}


async def test_what_the_handler_sends_keeps_its_place_among_what_is_published() -> None:
    rooms = Rooms()
    async with joined(rooms, 1) as (member,):
        room = rooms.room("lobby")
        member.client.gate.clear()
        await room.publish("1")
        own = asyncio.create_task(member.session.send_text("2"))
        await settle()
        await room.publish("3")
        member.client.gate.set()
        await own
        await room.publish("4")
        await settle()
        assert member.client.texts == ["1", "2", "3", "4"]
        assert member.session.sent == 4


async def test_where_members_block_publishing_waits_and_keeps_the_order() -> None:
    rooms = Rooms()
    limits = OutboxLimits(messages=1, overflow="block")
    async with joined(rooms, 2, limits=limits) as members:
        room = rooms.room("lobby")
        members[0].client.gate.clear()
        publishing = [asyncio.create_task(room.publish(str(number))) for number in range(6)]
        await settle()
        assert not publishing[-1].done()
        members[0].client.gate.set()
        offsets = await asyncio.gather(*publishing)
        assert offsets == [*range(offsets[0], offsets[0] + 6)]
        await settle()
        assert [member.client.texts for member in members] == [list("012345")] * 2


async def test_closing_waits_for_what_is_owed() -> None:
    rooms = Rooms()
    async with joined(rooms, 1) as (member,):
        member.client.gate.clear()
        await rooms.room("lobby").publish("owed")
        closing = asyncio.create_task(member.session.close())
        await settle()
        await rooms.room("lobby").publish("too late")
        member.client.gate.set()
        await closing
    assert member.client.texts == ["owed"]
    assert member.client.sent[-1]["type"] == "websocket.close"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"last": 2}, ["3", "4"]),
        ({"last": 99}, ["2", "3", "4"]),
        ({"since": -1}, ["4"]),
        ({"since": 0}, []),
        ({"since": -4}, ["2", "3", "4"]),
    ],
)
async def test_what_was_missed_comes_before_what_is_new(options: dict[str, int], expected: list[str]) -> None:
    rooms = Rooms()
    room = rooms.room("lobby", keep=3)
    offsets = [await room.publish(text) for text in "1234"]
    assert offsets == [*range(offsets[0], offsets[0] + 4)]
    if "since" in options:
        options = {"since": offsets[-1] + options["since"]}
    member = await Member.open()
    async with rooms.join("lobby", member.session, **options):
        await room.publish("new")
    assert member.client.texts == [*expected, "new"]
    assert room.offset == offsets[-1] + 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"last": -3}, []),
        ({"last": 10**26}, ["2", "3", "4"]),
        ({"since": -(10**26)}, ["2", "3", "4"]),
        ({"since": 10**26}, []),
    ],
)
async def test_numbers_of_clients_are_brought_into_range(options: dict[str, int], expected: list[str]) -> None:
    rooms = Rooms()
    for text in "1234":
        await rooms.room("lobby", keep=3).publish(text)
    member = await Member.open()
    async with rooms.join("lobby", member.session, **options):
        pass
    assert member.client.texts == expected


async def has_gap(rooms: Rooms, since: int | None) -> bool:
    member = await Member.open()
    async with rooms.join("lobby", member.session, since=since) as room:
        return room.has_gap


@pytest.mark.parametrize(
    ("keep", "gaps"), [(2, [True, False, False, False]), (4, [False] * 4), (0, [True] * 3 + [False])]
)
async def test_a_member_is_told_when_what_it_has_missed_is_not_kept(keep: int, gaps: list[bool]) -> None:
    rooms = Rooms()
    other = await Member.open()
    async with rooms.join("lobby", other.session):
        offsets = [await rooms.room("lobby", keep=keep).publish(text) for text in "1234"]
        assert [await has_gap(rooms, offset) for offset in offsets] == gaps
        assert not await has_gap(rooms, None)
        assert await has_gap(rooms, offsets[-1] + 1)  # what is known is older than what the member has had
        assert await has_gap(rooms, 10**26)


async def test_a_member_of_an_earlier_numbering_may_have_missed_something() -> None:
    rooms = Rooms()
    first = await rooms.room("lobby", keep=3).publish("1")
    assert await has_gap(rooms, first - 1000)
    assert not await has_gap(rooms, 0)  # it knows of nothing


async def test_a_member_that_comes_back_to_a_room_of_which_nothing_is_known_may_have_missed_something() -> None:
    rooms = Rooms()
    offset = await rooms.room("lobby", keep=3).publish("1")
    restarted = Rooms()
    assert await has_gap(restarted, offset)
    assert not await has_gap(restarted, 0)
    await restarted.room("lobby", keep=3).publish("2")
    assert await has_gap(restarted, offset)


async def test_a_room_that_was_to_keep_messages_does_so_when_it_is_empty() -> None:
    rooms = Rooms()
    member = await Member.open()
    async with rooms.join("lobby", member.session, keep=100) as room:
        assert room.offset == 0
    await rooms.room("lobby").publish("1")
    back = await Member.open()
    async with rooms.join("lobby", back.session, since=0) as room:
        assert (back.client.texts, room.has_gap) == (["1"], False)


async def test_a_replay_leaves_out_what_was_not_for_the_member() -> None:
    rooms = Rooms()
    room = rooms.room("lobby", keep=3)
    member = await Member.open()
    await room.publish("own", exclude=member.session)
    await room.publish("other")
    async with rooms.join("lobby", member.session, last=3):
        pass
    assert member.client.texts == ["other"]


class Beans:
    def __init__(self, bean: object) -> None:
        self.bean = bean

    def get_bean(self, cls: type[T]) -> T:
        assert isinstance(self.bean, cls)
        return self.bean


async def test_a_member_whose_handler_ends_without_leaving_is_removed() -> None:
    rooms = Rooms()

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            self.never_left = rooms.join("lobby", session)
            await self.never_left.__aenter__()

        async def on_disconnect(self, session: WebSocketSession) -> None:
            self.members = rooms.room("lobby").members

    bean, client = Controller(), Connection()
    (route,) = WebSocketRegistrar(controllers=[Controller]).collect_routes(Beans(bean))
    await route.app(client.scope, client.receive, client.send)
    assert bean.members == ()


async def test_presence_is_announced_and_rooms_are_injected() -> None:
    registry = MetadataRegistry()

    @component(registry=registry)
    class Log:
        def __init__(self) -> None:
            self.events: list[tuple[type, str, int]] = []

        @event_listener(registry=registry)
        async def note(self, event: PresenceEvent) -> None:
            self.events.append((type(event), event.room, event.members))

    @rest_controller(registry=registry)
    class Controller:
        def __init__(self, rooms: Rooms) -> None:
            self.rooms = rooms

        @websocket_mapping("/t", registry=registry)
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            async with self.rooms.join("lobby", session):
                pass

    context = ApplicationContext(registry=registry)
    context.register(Log)
    context.register(Controller)
    (route,) = WebSocketRegistrar(registry=registry).collect_routes(context)
    client = Connection()
    async with context:
        await route.app(client.scope, client.receive, client.send)
        assert context.get_bean(Log).events == [(MemberJoined, "lobby", 1), (MemberLeft, "lobby", 0)]


async def test_a_name_that_utf_8_cannot_write_is_refused() -> None:
    rooms = Rooms()
    with pytest.raises(ValueError, match=r"text that UTF-8 can write, got half a surrogate pair; see position 1$"):
        rooms.room("a\ud800")


async def test_who_publishes_much_where_nobody_is_lets_others_run() -> None:
    room, turned = Rooms().room("empty"), asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    for _ in range(BREATH + 1):
        await room.publish("hello")
    assert turned.is_set()


async def test_who_publishes_much_lets_others_run() -> None:
    rooms = Rooms()
    room = rooms.room("lobby")
    turns: list[int] = []
    published = 0

    async def others() -> None:
        while published < 1000:
            turns.append(published)
            await asyncio.sleep(0)

    async with joined(rooms, 100, limits=OutboxLimits(messages=2000)) as members:
        beside = asyncio.create_task(others())
        await settle()
        turns.clear()
        for number in range(1000):
            await room.publish(str(number))
            published += 1
        await beside
    assert max(later - earlier for earlier, later in itertools.pairwise(turns)) <= BREATH // 100 + 1
    texts = [str(number) for number in range(1000)]
    assert all(member.client.texts == texts for member in members)


async def test_of_many_who_publish_one_goes_on_before_the_others_have_run() -> None:
    rooms = Rooms()
    turns: list[int] = []
    published = 0

    async def publish() -> None:
        nonlocal published
        for _ in range(100):
            await rooms.room("lobby").publish("x")
            published += 1

    async with joined(rooms, 64, limits=OutboxLimits(messages=2000)):
        publishers = [asyncio.create_task(publish()) for _ in range(10)]
        while published < 1000:
            turns.append(published)
            await asyncio.sleep(0)
        await asyncio.gather(*publishers)
    assert max(later - earlier for earlier, later in itertools.pairwise(turns)) <= BREATH // 64 + 10


async def test_publishing_that_is_cancelled_while_others_run_tells_nobody() -> None:
    rooms = Rooms()
    async with joined(rooms, BREATH) as members:
        await rooms.room("lobby").publish("once")
        publishing = asyncio.create_task(rooms.room("lobby").publish("twice"))
        await asyncio.sleep(0)
        publishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await publishing
        assert {tuple(member.client.texts) for member in members} == {("once",)}


@pytest.mark.parametrize("keep", [0, 3])
async def test_a_message_that_utf_8_cannot_write_is_refused_and_not_kept(keep: int) -> None:
    rooms = Rooms()
    room = rooms.room("lobby", keep=keep)
    member = await Member.open()
    async with rooms.join("lobby", member.session):
        with pytest.raises(ValueError, match=r"text that UTF-8 can write, got half a surrogate pair; see position 3$"):
            await room.publish("müh\ud800")
        await room.publish("mühe \U0001f600")
        assert member.client.texts == ["mühe \U0001f600"]
    async with rooms.join("lobby", (late := await Member.open()).session, last=3):
        assert late.client.texts == (["mühe \U0001f600"] if keep else [])
