"""What interceptors may do with the messages of a session."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Never

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pyfly.container import rest_controller
from pyfly.websocket import (
    CloseSession,
    Frame,
    SessionClosed,
    SessionInterceptor,
    WebSocketDisconnect,
    WebSocketSession,
    websocket_mapping,
)
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.interception import InterceptedConnection
from pyfly.websocket.rooms import Rooms
from tests.websocket.connections import Script, context_of, serve, text


class Echo:
    """Sends back what it receives, and keeps how its session ended for it."""

    told: list[BaseException]

    def __init__(self) -> None:
        self.told = []
        self.session: WebSocketSession | None = None

    @websocket_mapping("/t/{name}")
    async def echo(self, session: WebSocketSession) -> None:
        self.session = session
        await session.accept()
        try:
            while True:
                frame = await session.receive()
                await session.send(frame)
        except WebSocketDisconnect as error:
            self.told.append(error)
            raise


class Upper(SessionInterceptor):
    async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        return frame.upper()


class Marked(SessionInterceptor):
    """Puts its mark behind each message, whichever way it goes."""

    def __init__(self, mark: str, order: int) -> None:
        self.mark, self.order = mark, order

    async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        return f"{frame!s}>{self.mark}"

    async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        return f"{frame!s}<{self.mark}"


class Judge(SessionInterceptor):
    """Swallows, refuses or fails as messages say."""

    async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        return self.judge(frame, "in")

    async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        return self.judge(frame, "out")

    def judge(self, frame: Frame, way: str) -> Frame | None:
        if frame == f"swallow {way}":
            return None
        if frame == f"refuse {way}":
            raise CloseSession(4003, "not that")
        if frame == f"lecture {way}":
            raise CloseSession(4003, "ü" * 100)
        if frame == f"fail {way}":
            raise LookupError("broken")
        return frame


async def test_a_message_is_changed_before_the_handler_receives_it() -> None:
    client = Script(text("a"), {"type": "websocket.receive", "bytes": b"b"})
    await serve(context_of(Echo, Upper), Echo, client)
    assert client.frames == ["A", b"B"]


async def test_lower_orders_are_nearer_to_the_client_both_ways() -> None:
    context = context_of(Echo)
    context.register_instance(Marked("2", 2), name="second")
    context.register_instance(Marked("1", 1), name="first")
    client = Script(text("m"))
    await serve(context, Echo, client)
    assert client.frames == ["m>1>2<2<1"]


async def test_a_swallowed_message_reaches_nobody_and_is_not_counted() -> None:
    context = context_of(Echo, Judge)
    client = Script(text("swallow in"), text("a"), text("swallow out"), text("b"))
    await serve(context, Echo, client)
    session = context.get_bean(Echo).session
    assert client.frames == ["a", "b"]
    assert session is not None
    assert (session.received, session.sent) == (3, 2)


@pytest.mark.parametrize("way", ["in", "out"])
async def test_a_refusal_closes_the_session_and_the_handler_is_told(way: str, caplog: pytest.LogCaptureFixture) -> None:
    context = context_of(Echo, Judge)
    client = Script(text("a"), text(f"refuse {way}"), text("b"))
    await serve(context, Echo, client)
    (told,) = context.get_bean(Echo).told
    assert isinstance(told, WebSocketDisconnect)
    assert (told.code, told.reason) == (4003, "not that")
    assert client.frames == ["a"]
    assert client.close == (4003, "not that")
    assert caplog.records == []


@pytest.mark.parametrize("way", ["in", "out"])
async def test_a_reason_is_cut_to_what_a_close_frame_holds(way: str) -> None:
    context = context_of(Echo, Judge)
    client = Script(text(f"lecture {way}"))
    await serve(context, Echo, client)
    assert client.close == (4003, "ü" * 61)
    (told,) = context.get_bean(Echo).told
    assert isinstance(told, WebSocketDisconnect)
    assert told.reason == "ü" * 61


@pytest.mark.parametrize("way", ["in", "out"])
async def test_a_failure_is_logged_and_closes_with_1011(way: str, caplog: pytest.LogCaptureFixture) -> None:
    client = Script(text(f"fail {way}"))
    await serve(context_of(Echo, Judge), Echo, client)
    assert client.close == (1011, "an interceptor failed")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message.endswith("an interceptor failed")
    assert record.exc_info
    assert isinstance(record.exc_info[1], LookupError)


async def test_an_interceptor_chooses_handlers_by_their_path() -> None:
    asked: list[str] = []

    class Elsewhere(Upper):
        def intercepts(self, path_template: str) -> bool:
            asked.append(path_template)
            return False

    context = context_of(Echo, Elsewhere)
    for _ in range(2):
        client = Script(text("a"))
        await serve(context, Echo, client)
        assert client.frames == ["a"]
    assert asked == ["/t/{name}"]


async def test_a_session_without_interceptors_speaks_to_its_connection_itself() -> None:
    class Passive(SessionInterceptor):
        """Overrides nothing."""

    connections: list[Any] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            connections.append(session._connection)  # pyright: ignore[reportPrivateUsage]
            await session.accept()

    for context in (context_of(Controller), context_of(Controller, Passive)):
        await serve(context, Controller, Script())
    assert len(connections) == 2
    assert not any(isinstance(connection, InterceptedConnection) for connection in connections)


async def test_a_cancelled_receive_loses_no_message_and_only_the_interrupted_interceptor_sees_it_again() -> None:
    seen: list[tuple[str, Frame]] = []
    working, released = asyncio.Event(), asyncio.Event()

    class First(SessionInterceptor):
        async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            seen.append(("first", frame))
            return f"{frame!s}!"

    class Slow(SessionInterceptor):
        order = 1

        async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            seen.append(("slow", frame))
            working.set()
            await released.wait()
            return frame

    received: list[str] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            receiving = asyncio.create_task(session.receive_text())
            await working.wait()
            receiving.cancel()
            await asyncio.wait({receiving})
            released.set()
            received.append(await session.receive_text())
            received.append(await session.receive_text())

    await serve(context_of(Controller, First, Slow), Controller, Script(text("a"), text("b")))
    assert received == ["a!", "b!"]
    assert seen == [("first", "a"), ("slow", "a!"), ("slow", "a!"), ("first", "b"), ("slow", "b!")]


async def test_messages_that_are_read_ahead_are_intercepted_and_a_refusal_ends_the_handler() -> None:
    ended: list[str] = []

    class Feed:
        @websocket_mapping("/t")
        async def feed(self, session: WebSocketSession[Never, str]) -> None:
            await session.accept()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("cancelled")

    client = Script(text("a"), text("refuse in"))
    await serve(context_of(Feed, Judge), Feed, client)
    assert client.close == (4003, "not that")
    assert ended == ["cancelled"]


async def test_room_messages_are_intercepted_for_each_member_and_the_others_keep_theirs() -> None:
    class OnlyFirst(SessionInterceptor):
        def __init__(self) -> None:
            self.sessions: list[WebSocketSession] = []

        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            if session not in self.sessions:
                self.sessions.append(session)
            return f"{frame!s} for {self.sessions.index(session)}"

    joined: asyncio.Queue[None] = asyncio.Queue()

    @rest_controller
    class Members:
        def __init__(self, rooms: Rooms) -> None:
            self.rooms = rooms

        @websocket_mapping("/t")
        async def join(self, session: WebSocketSession) -> None:
            await session.accept()
            async with self.rooms.join("lobby", session):
                joined.put_nowait(None)
                await session.receive_text()

    context = context_of(Members, OnlyFirst)
    clients = [Script(None), Script(None)]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(serve(context, Members, client))
            await joined.get()
        await context.get_bean(Rooms).room("lobby").publish("hello")
        for client in clients:
            client.gate.set()
    assert [client.frames for client in clients] == [["hello for 0"], ["hello for 1"]]


async def test_a_refused_room_message_closes_that_member_alone() -> None:
    joined: asyncio.Queue[None] = asyncio.Queue()
    refused: list[WebSocketSession] = []

    class RefuseFirst(SessionInterceptor):
        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            if not refused:
                refused.append(session)
            if session in refused:
                raise CloseSession(1008, "not for you")
            return frame

    class Members:
        def __init__(self, rooms: Rooms) -> None:
            self.rooms = rooms

        @websocket_mapping("/t")
        async def join(self, session: WebSocketSession) -> None:
            await session.accept()
            async with self.rooms.join("lobby", session):
                joined.put_nowait(None)
                await session.receive_text()

    context = context_of(Members, RefuseFirst)
    clients = [Script(None), Script(None)]
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(serve(context, Members, client))
            await joined.get()
        await context.get_bean(Rooms).room("lobby").publish("hello")
        for client in clients:
            client.gate.set()
    assert [client.close for client in clients] == [(1008, "not for you"), None]
    assert [client.frames for client in clients] == [[], ["hello"]]


async def test_somebody_else_s_message_that_is_refused_does_not_end_his_handler() -> None:
    class Refuse(SessionInterceptor):
        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            if frame == "whisper":
                raise CloseSession(1008, "no whispering")
            return frame

    sessions: list[WebSocketSession] = []
    second_is_there = asyncio.Event()

    class Pair:
        @websocket_mapping("/t")
        async def pair(self, session: WebSocketSession) -> None:
            sessions.append(session)
            await session.accept()
            if len(sessions) == 1:
                await second_is_there.wait()
                await sessions[1].send_text("whisper")
                await session.send_text("went on")
            else:
                second_is_there.set()
                await session.receive_text()

    context = context_of(Pair, Refuse)
    first, second = Script(), Script(None)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(context, Pair, first))
        group.create_task(serve(context, Pair, second))
        await second_is_there.wait()
        await second.closed.wait()
        second.gate.set()
    assert first.frames == ["went on"]
    assert (second.frames, second.close) == ([], (1008, "no whispering"))


async def test_a_method_that_is_not_overridden_passes_everything_on() -> None:
    class Derived(Upper):
        async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            return await SessionInterceptor.on_receive(self, session, frame)

        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            return await super().on_send(session, frame)

    client = Script(text("a"))
    await serve(context_of(Echo, Derived), Echo, client)
    assert client.frames == ["a"]


async def test_an_intercepted_session_still_tells_what_the_client_asked_for() -> None:
    told: list[object] = []

    class Asked:
        @websocket_mapping("/t/{name}")
        async def handle(self, session: WebSocketSession) -> None:
            told.extend([session.path_params, session.query_params.get("q"), session.headers.get("x-y")])
            told.append(session.cookies)
            await session.accept()

    context = context_of(Asked, Upper)
    (route,) = WebSocketRegistrar(controllers=[Asked]).collect_routes(context)
    headers = {"x-y": "z", "cookie": "a=b"}
    client = TestClient(Starlette(routes=[route]))
    with client, client.websocket_connect("/t/ada?q=1", headers=headers):
        pass
    assert told == [{"name": "ada"}, "1", "z", {"a": "b"}]


@pytest.mark.parametrize("way", ["in", "out"])
async def test_what_is_no_frame_is_told_with_the_interceptor_that_returned_it(
    way: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Counting(SessionInterceptor):
        async def _pass_on(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            return len(frame)  # type: ignore[return-value]  # the mistake

        if way == "in":
            on_receive = _pass_on
        else:
            on_send = _pass_on

    client = Script(text("a"))
    await serve(context_of(Echo, Counting), Echo, client)
    assert client.close == (1011, "an interceptor failed")
    (record,) = caplog.records
    assert record.exc_info is not None
    assert str(record.exc_info[1]).endswith("Counting._pass_on() passes on str, bytes or None, got int")


async def test_a_send_that_is_cancelled_in_an_interceptor_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    working = asyncio.Event()

    class Slow(SessionInterceptor):
        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            if frame == "slow":
                working.set()
                await asyncio.Event().wait()
            return frame

    class Sender:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            sending = asyncio.create_task(session.send_text("slow"))
            await working.wait()
            sending.cancel()
            await asyncio.wait({sending})
            await session.send_text("quick")

    client = Script(None)
    await serve(context_of(Sender, Slow), Sender, client)
    assert (client.frames, client.close) == (["quick"], (1000, ""))
    assert caplog.records == []


async def test_interceptors_that_cannot_be_made_deny_the_handshake(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(SessionInterceptor):
        def __init__(self) -> None:
            raise LookupError("no key")

    client = Script()
    await serve(context_of(Echo, Broken), Echo, client)
    assert client.sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]
    assert "Echo.echo: what its sessions need could not be had" in caplog.text


async def test_sessions_tell_how_they_ended_when_an_interceptor_has_ended_them() -> None:
    closed: list[SessionClosed] = []
    context = context_of(Echo, Judge)
    context.events.subscribe(SessionClosed, closed.append)
    await serve(context, Echo, Script(text("refuse in")))
    assert [(event.code, event.reason, event.path) for event in closed] == [(4003, "not that", "/t/{name}")]
    assert closed[0].session.path_template == "/t/{name}"
