"""The open sessions, as those see them who look after them."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from pyfly.websocket import CloseCode, Sessions, WebSocketSession, crowding, websocket_mapping
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.outbox import OutboxLimits
from tests.websocket.connections import Script, context_of, serve
from tests.websocket.rooms.members import Member


class Tick(BaseModel):
    at: int


class Hall:
    """Sessions of members that are open, in one place."""

    def __init__(self) -> None:
        self.open_sessions = OpenSessions()
        self.sessions = Sessions(self.open_sessions)

    async def enter(self, limits: OutboxLimits | None = None) -> Member:
        member = await Member.open(limits=limits)
        self.open_sessions.add(member.session)
        return member


async def test_only_open_sessions_are_counted_and_found() -> None:
    hall = Hall()
    first, second, third = [await hall.enter() for _ in range(3)]
    await second.session.close()
    hall.open_sessions.add(WebSocketSession(third.client, managed=True))  # type: ignore[arg-type]  # not accepted
    assert hall.sessions.count() == 2
    assert list(hall.sessions) == [first.session, third.session]
    assert hall.sessions.where(lambda session: session is third.session) == (third.session,)
    assert hall.sessions.count(lambda session: session is second.session) == 0
    assert hall.sessions.get(first.session.id) is first.session
    assert hall.sessions.get(second.session.id) is None


async def test_all_sessions_of_a_user_are_found() -> None:
    hall = Hall()
    first, second, third = [await hall.enter() for _ in range(3)]
    first.session.user = third.session.user = ("ada", 7)
    second.session.user = ("bob", 8)
    assert hall.sessions.of_user(("ada", 7)) == (first.session, third.session)
    assert hall.sessions.of_user(("eve", 9)) == ()
    assert hall.sessions.snapshots()[1].user == ("bob", 8)


async def test_the_bean_tells_of_sessions_while_their_handlers_run() -> None:
    seen: list[Any] = []

    class Controller:
        def __init__(self, sessions: Sessions) -> None:
            self.sessions = sessions

        @websocket_mapping("/rooms/{room}")
        async def handle(self, session: WebSocketSession) -> None:
            seen.append(self.sessions.count())
            await session.accept()
            await session.send_text("hello")
            seen.append(self.sessions.snapshots())

    context = context_of(Controller)
    before = datetime.now(UTC)
    await serve(context, Controller, Script())
    connecting, (snapshot,) = seen
    assert connecting == 0
    assert (snapshot.path_template, snapshot.client, snapshot.user) == ("/rooms/{room}", None, None)
    assert (snapshot.received, snapshot.sent, snapshot.waiting, snapshot.dropped) == (0, 1, 0, 0)
    assert abs(snapshot.opened_at - before) < timedelta(minutes=1)
    assert snapshot.seconds >= 0
    assert context.get_bean(Sessions).count() == 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.sent = 2


async def test_sessions_that_meet_a_condition_are_closed_and_the_others_go_on() -> None:
    hall = Hall()
    leaving, staying = await hall.enter(), await hall.enter()
    closed = hall.sessions.close(lambda session: session is leaving.session, code=4001, reason="x" * 200)
    assert closed == 1
    assert (leaving.session.close_code, leaving.session.close_reason) == (4001, "x" * 123)
    assert list(hall.sessions) == [staying.session]
    await leaving.session.learn_ending()
    assert leaving.client.sent[-1] == {"type": "websocket.close", "code": 4001, "reason": "x" * 123}


async def test_a_close_code_that_may_not_be_sent_closes_nothing() -> None:
    hall = Hall()
    member = await hall.enter()
    with pytest.raises(ValueError, match="close code 1006 may not be sent"):
        hall.sessions.close(lambda session: True, code=CloseCode.ABNORMAL)
    assert list(hall.sessions) == [member.session]


async def test_the_handler_of_a_closed_session_ends_as_if_its_client_had_left() -> None:
    opened = asyncio.Event()
    closed: list[WebSocketSession] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            opened.set()
            await session.receive_text()

        async def on_disconnect(self, session: WebSocketSession) -> None:
            closed.append(session)

    context = context_of(Controller)
    client = Script(None)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(context, Controller, client))
        await opened.wait()
        assert context.get_bean(Sessions).close(lambda session: True, code=1008, reason="banned") == 1
        client.gate.set()
        await serving
    assert client.close == (1008, "banned")
    assert [session.close_code for session in closed] == [1008]


async def test_a_broadcast_reaches_all_that_are_meant_in_its_frame_once_encoded() -> None:
    hall = Hall()
    first, second, third = [await hall.enter() for _ in range(3)]
    assert await hall.sessions.broadcast(Tick(at=1), Tick, condition=lambda session: session is not second.session) == 2
    assert await hall.sessions.broadcast("text") == 3
    assert await hall.sessions.broadcast({"a": 1}, frames="text") == 3
    assert await hall.sessions.broadcast(b"bytes", condition=lambda session: session is third.session) == 1
    assert first.client.texts == ['{"at":1}', "text", '{"a":1}']
    assert second.client.texts == ["text", '{"a":1}']
    assert third.client.sent[-1] == {"type": "websocket.send", "bytes": b"bytes"}
    assert first.session.sent == 3


async def test_a_stalled_client_delays_neither_a_broadcast_nor_the_others() -> None:
    hall = Hall()
    stalled, quick = await hall.enter(), await hall.enter()
    stalled.client.gate.clear()
    for number in range(3):
        assert await hall.sessions.broadcast(str(number)) == 2
    assert quick.client.texts == ["0", "1", "2"]
    assert hall.sessions.snapshots()[0].waiting == 2
    stalled.client.gate.set()
    assert await stalled.client.wait_for(3) == ["0", "1", "2"]


async def test_a_client_that_drops_is_told_of_in_its_snapshot() -> None:
    hall = Hall()
    stalled = await hall.enter(OutboxLimits(messages=1, overflow="drop_newest"))
    stalled.client.gate.clear()
    for number in range(4):
        await hall.sessions.broadcast(str(number))
    (snapshot,) = hall.sessions.snapshots()
    assert (snapshot.waiting, snapshot.dropped) == (1, 2)
    stalled.client.gate.set()
    assert await stalled.client.wait_for(2) == ["0", "1"]


async def test_the_caller_waits_for_a_client_that_blocks_and_the_others_do_not() -> None:
    hall = Hall()
    blocks = await hall.enter(OutboxLimits(messages=1, overflow="block"))
    quick = await hall.enter()
    blocks.client.gate.clear()
    await hall.sessions.broadcast("0")
    await hall.sessions.broadcast("1")
    waiting = asyncio.create_task(hall.sessions.broadcast("2"))
    assert await quick.client.wait_for(3) == ["0", "1", "2"]
    assert not waiting.done()
    blocks.client.gate.set()
    assert await waiting == 2
    assert await blocks.client.wait_for(3) == ["0", "1", "2"]


async def test_a_long_broadcast_lets_others_run_and_leaves_out_who_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowding, "BREATH", 1)
    hall = Hall()
    first, second = await hall.enter(), await hall.enter()
    asyncio.get_running_loop().call_soon(second.session.end, CloseCode.NORMAL, "")
    assert await hall.sessions.broadcast("hello") == 1
    assert (first.client.texts, second.client.texts) == (["hello"], [])


async def test_a_message_that_cannot_be_encoded_reaches_nobody() -> None:
    hall = Hall()
    member = await hall.enter()
    with pytest.raises(TypeError, match="expected Tick, got str"):
        await hall.sessions.broadcast("no tick", Tick)
    assert member.client.texts == []
