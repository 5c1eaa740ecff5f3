"""Sessions that are ended together, each after the message that its handler is on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest

from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.draining import Draining, DrainPlan
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import WebSocketSession, attention, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.open_sessions import OpenSessions

T = TypeVar("T")

PLAN = DrainPlan(seconds=3600)
SHORT = DrainPlan(seconds=0.02)

BUSY = ("busy", "silent")

RECEIVERS = {"typed": "receive", "binary": "receive_bytes"}
"""How handlers receive whose paths say so."""


class Client:
    """A client of the route; like a server's, its receive ends when the connection is closed from the other side."""

    def __init__(self, application: Application, name: str) -> None:
        self.name = name
        self.scope = {
            "type": "websocket",
            "path": f"/{name}",
            "path_params": {"name": name},
            "headers": [],
            "query_string": b"",
            "extensions": {"websocket.http.response": {}},
        }
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.messages.put_nowait({"type": "websocket.connect"})
        self.sent: list[dict[str, Any]] = []
        self.last_words: list[str | bytes] = []
        self.call = asyncio.create_task(application.route.app(self.scope, self.messages.get, self.send))

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        if message["type"] == "websocket.close":
            for data in self.last_words:
                self.say(data)
            self.messages.put_nowait({"type": "websocket.disconnect", "code": message["code"]})

    def say(self, data: str | bytes) -> None:
        self.messages.put_nowait({"type": "websocket.receive", "text" if isinstance(data, str) else "bytes": data})

    @property
    def told(self) -> list[Any]:
        """What the client was sent: texts, statuses, close codes."""
        keys = ("text", "status", "code")
        return [message[key] for message in self.sent for key in keys if key in message]


class Application:
    def __init__(self, route: Any, sessions: OpenSessions, controller: Any) -> None:
        self.route = route
        self.sessions = sessions
        self.controller = controller

    async def connect(self, name: str, *messages: str) -> Client:
        """A client whose handler has received all the messages and waits for what it waits for."""
        waiting, awaited = self.controller.waiting, (name, len(messages))
        before = waiting.count(awaited)
        client = Client(self, name)
        for message in messages:
            client.say(message)
        async with asyncio.timeout(10):
            while waiting.count(awaited) == before:  # noqa: ASYNC110  # nothing tells of what is waited for
                await asyncio.sleep(0)
        return client


@asynccontextmanager
async def serving() -> AsyncIterator[Application]:
    """An application with one handler, which does what its path says."""
    registry = MetadataRegistry()

    class Controller:
        def __init__(self) -> None:
            self.waiting: list[tuple[str, int]] = []
            self.go_on = asyncio.Event()
            self.got: list[Any] = []
            self.ended: list[tuple[str, int | None]] = []

        async def handle(self, session: WebSocketSession, name: str) -> None:
            if name == "early":
                self.waiting.append((name, 0))
                await self.go_on.wait()
            await session.accept()
            if name == "push":
                self.waiting.append((name, 0))
                await asyncio.Event().wait()
            received = 0
            while True:
                if name not in BUSY or not received:
                    self.waiting.append((name, received))
                text = await getattr(session, RECEIVERS.get(name, "receive_text"))()
                self.got.append(text)
                received += 1
                if name in BUSY:
                    self.waiting.append((name, received))
                    await self.go_on.wait()
                if name != "silent":
                    await session.send_text(f"done {text}")

        async def on_disconnect(self, session: WebSocketSession) -> None:
            self.ended.append((session.path_params["name"], session.close_code))

    Controller.handle = websocket_mapping("/{name}", registry=registry)(Controller.handle)  # type: ignore[method-assign]
    rest_controller(registry=registry)(Controller)
    context = ApplicationContext(settings=Settings(), registry=registry)
    context.register(Controller)
    (route,) = WebSocketRegistrar().collect_routes(context)
    async with context:
        controller = await context.get_bean_async(Controller)
        yield Application(route, context.get_bean(OpenSessions), controller)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "SWEEP_SECONDS", 0.005)


async def test_sessions_are_open_from_the_handshake_until_their_cleanup_has_run() -> None:
    async with serving() as application:
        sessions = application.sessions
        client = await application.connect("idle")
        (session,) = sessions
        assert (len(sessions), session in sessions, session.path_params["name"]) == (1, True, "idle")
        client.messages.put_nowait({"type": "websocket.disconnect", "code": 4001})
        await client.call
        assert (len(sessions), session in sessions) == (0, False)
        assert application.controller.ended == [("idle", 4001)]


async def test_idle_sessions_are_closed_at_once() -> None:
    async with serving() as application:
        clients = [await application.connect("idle"), await application.connect("idle", "one")]
        await application.sessions.drain(PLAN)
        assert [client.told for client in clients] == [[1001], ["done one", 1001]]
        assert application.controller.ended == [("idle", 1001)] * 2
        assert not application.sessions


async def test_a_session_is_closed_after_the_message_that_its_handler_is_on() -> None:
    async with serving() as application:
        client = await application.connect("busy", "one")
        client.say("two")
        draining = asyncio.create_task(application.sessions.drain(PLAN._replace(code=1012)))
        await asyncio.sleep(0)
        assert application.sessions.draining
        application.controller.go_on.set()
        await draining
        assert client.told == ["done one", 1012]
        assert not application.sessions.draining


async def test_a_message_that_is_being_handed_over_is_answered_before_the_close() -> None:
    async with serving() as application:
        clients = [await application.connect("idle"), await application.connect("idle", "one")]
        sessions = list(application.sessions)
        for client, session in zip(clients, sessions, strict=True):
            client.say("last")
            await session.drain(1001, "the server stops", patience=3600)
        await asyncio.gather(*(client.call for client in clients))
        assert [client.told for client in clients] == [["done last", 1001], ["done one", "done last", 1001]]


@pytest.mark.parametrize(
    ("name", "words"), [("idle", "late"), ("typed", "late"), ("typed", b"late"), ("binary", b"late")]
)
async def test_a_message_that_comes_with_the_close_is_not_given_to_the_handler(name: str, words: str | bytes) -> None:
    async with serving() as application:
        client = await application.connect(name)
        client.last_words.append(words)
        (session,) = application.sessions
        await application.sessions.drain(PLAN)
        assert client.told == [1001]
        assert application.controller.got == []
        assert session.received == session.sent == 0
        assert application.controller.ended == [(name, 1001)]


async def test_a_handler_that_is_closed_on_its_message_is_given_no_other() -> None:
    async with serving() as application:
        client = await application.connect("silent", "one")
        (session,) = application.sessions
        client.say("two")
        async with asyncio.timeout(10):
            while not client.messages.empty():  # noqa: ASYNC110  # nothing tells that it is read for
                await asyncio.sleep(0)
        await session.give_up(1001, "the server stops")
        application.controller.go_on.set()
        await client.call
        assert client.told == [1001]
        assert application.controller.got == ["one"]


async def test_a_handler_that_has_received_nothing_is_on_no_message() -> None:
    async with serving() as application:
        client = await application.connect("push")
        await application.sessions.drain(PLAN)
        assert client.told == [1001]
        assert application.controller.ended == [("push", 1001)]


async def test_a_handler_that_has_been_elsewhere_for_longer_than_there_is_time_is_on_no_message() -> None:
    async with serving() as application:
        client = await application.connect("busy", "one")
        (session,) = application.sessions
        session._seen = session.received  # so that no look finds that it has received something since
        session._listening = "not"
        session._idle_looks = int(3600 / attention.SWEEP_SECONDS) + 1
        await application.sessions.drain(PLAN)
        assert client.told == [1001]


async def test_a_handler_that_does_not_end_in_time_is_closed_nevertheless(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyfly")
    async with serving() as application:
        client = await application.connect("busy", "one")
        await application.sessions.drain(SHORT)
        assert client.told == [1001]
        await client.call
        assert application.controller.ended == [("busy", 1001)]
    assert [record.getMessage() for record in caplog.records][:2] == [
        "Closing 1 sessions with 1001",
        "Closing 1 sessions whose handlers did not end in time",
    ]


async def test_a_handshake_that_waits_is_refused_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyfly.websocket")
    async with serving() as application:
        client = await application.connect("early")
        await application.sessions.drain(SHORT)
        assert client.told == [503]
        await client.call
        assert application.controller.ended == [("early", 1006)]
    assert caplog.messages[-1].endswith("Controller.handle: a handshake was denied (draining)")


async def test_a_session_accepted_during_the_drain_ends_at_its_first_receive() -> None:
    async with serving() as application:
        client = await application.connect("early")
        draining = asyncio.create_task(application.sessions.drain(PLAN))
        await asyncio.sleep(0)
        application.controller.go_on.set()
        await draining
        assert client.told == [1001]


async def test_new_sessions_are_refused_while_the_server_stops() -> None:
    async with serving() as application:
        await Draining.here().run(PLAN)
        client = Client(application, "idle")
        await client.call
        assert client.told == [503]
        assert (b"retry-after", b"1") in client.sent[0]["headers"]
        assert application.controller.ended == []
        Draining.here().end()
        assert not application.sessions.draining


async def test_a_drain_that_is_broken_off_closes_all_at_once() -> None:
    async with serving() as application:
        clients = [await application.connect("busy", "one") for _ in range(2)]
        draining = asyncio.create_task(application.sessions.drain(PLAN))
        await asyncio.sleep(0)
        draining.cancel()
        with pytest.raises(asyncio.CancelledError):
            await draining
        assert [client.told for client in clients] == [[1001], [1001]]
        await asyncio.gather(*(client.call for client in clients))


async def test_sessions_are_asked_to_end_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    batches = DrainPlan.batches

    async def counted(plan: DrainPlan, connections: Any, *, seconds: float) -> AsyncIterator[Any]:
        async for batch in batches(plan, connections, seconds=seconds):
            sizes.append(len(batch))
            yield batch

    monkeypatch.setattr(DrainPlan, "batches", counted)
    async with serving() as application:
        clients = [await application.connect("idle") for _ in range(5)]
        await application.sessions.drain(PLAN._replace(batch=2, pause=0.001))
        assert [client.told for client in clients] == [[1001]] * 5
    assert sizes == [2, 2, 1]


async def test_sessions_of_other_event_loops_are_left_alone() -> None:
    async with serving() as application:
        client = await application.connect("idle")
        await asyncio.to_thread(asyncio.run, application.sessions.drain(PLAN))
        assert client.told == []
        client.messages.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await client.call
