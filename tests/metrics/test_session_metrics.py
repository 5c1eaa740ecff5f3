"""What Prometheus is told of sessions."""

from __future__ import annotations

import asyncio
from typing import Never

import pytest
from prometheus_client import CollectorRegistry

from pyfly.context import ApplicationContext
from pyfly.metadata import MetadataRegistry
from pyfly.metrics import SessionMetrics
from pyfly.metrics.adapters import prometheus
from pyfly.metrics.adapters.families import code_label
from pyfly.websocket import (
    CloseSession,
    Frame,
    SessionInterceptor,
    SessionOpened,
    Sessions,
    WebSocketSession,
    websocket_mapping,
)
from pyfly.websocket.metering import MeteredSession
from tests.websocket.connections import Script, serve, text
from tests.websocket.rooms.members import Member

PATH = "/rooms/{room}"


class Echo:
    """Sends back what it receives; closes with a code where a message names one."""

    def __init__(self) -> None:
        self.classes: list[type] = []

    @websocket_mapping(PATH)
    async def echo(self, session: WebSocketSession) -> None:
        self.classes.append(type(session))
        await session.accept()
        while True:
            frame = await session.receive()
            if str(frame).isdecimal():
                raise CloseSession(int(frame))
            await session.send(frame)


class Metered:
    """A context whose sessions are measured in a registry of its own."""

    def __init__(self, *beans: type) -> None:
        self.registry = CollectorRegistry()
        self.context = ApplicationContext(registry=MetadataRegistry())
        self.context.register_instance(self.registry)
        self.context.register(SessionMetrics)
        for bean in beans:
            self.context.register(bean)

    def value(self, name: str, path: str = PATH, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"pyfly_websocket_{name}", {"path": path, **labels})

    def values(self, *names: str) -> list[float | None]:
        return [self.value(name) for name in names]


async def test_sessions_messages_and_bytes_are_counted_by_path_template() -> None:
    metered = Metered(Echo)
    await serve(metered.context, Echo, Script(text("abc"), {"type": "websocket.receive", "bytes": b"12345a"}))
    await serve(metered.context, Echo, Script(text("äö")))
    assert metered.values("sessions", "sessions_opened_total") == [0, 2]
    assert metered.value("sessions_closed_total", code="1000") == 2
    assert metered.values("messages_received_total", "messages_sent_total") == [3, 3]
    assert metered.values("received_bytes_total", "sent_bytes_total") == [13, 13]
    assert metered.values("handler_seconds_count", "session_seconds_count") == [3, 2]
    assert metered.values("outbox_messages", "messages_dropped_total") == [0, 0]


async def test_open_sessions_are_counted_when_the_registry_is_read() -> None:
    metered = Metered(Echo)
    client = Script(text("a"), None)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(metered.context, Echo, client))
        while not client.frames:
            await client.wait_for_change()
        assert metered.values("sessions", "messages_sent_total", "received_bytes_total") == [1, 1, 1]
        assert metered.value("sessions_closed_total", code="1000") is None
        client.gate.set()
        await serving
    assert metered.values("sessions", "messages_sent_total") == [0, 1]


async def test_denied_handshakes_are_counted_by_reason() -> None:
    class Refusing:
        @websocket_mapping(PATH)
        async def refuse(self, session: WebSocketSession) -> None:
            await session.deny(403, "no")

    metered = Metered(Refusing)
    await serve(metered.context, Refusing, Script())
    assert metered.value("handshakes_denied_total", reason="handler") == 1
    assert metered.value("sessions_opened_total") == 0


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (1000, "1000"),
        (1006, "1006"),
        (1013, "1013"),
        (3000, "3000"),
        (3001, "3xxx"),
        (4999, "4xxx"),
        (1004, "other"),
        (2999, "other"),
    ],
)
def test_close_codes_that_a_client_may_make_up_share_a_label(code: int, label: str) -> None:
    assert code_label(code) == label


async def test_a_close_code_of_the_application_s_own_is_counted_under_its_thousand() -> None:
    metered = Metered(Echo)
    await serve(metered.context, Echo, Script(text("4001")))
    assert metered.value("sessions_closed_total", code="4xxx") == 1


async def test_messages_that_wait_and_that_are_dropped_are_counted_and_what_waited_is_gone_with_the_session() -> None:
    class Feed:
        @websocket_mapping(PATH)
        async def feed(self, session: WebSocketSession[Never, str]) -> None:
            session._limits = session._limits._replace(messages=2, overflow="drop_newest")  # pyright: ignore[reportPrivateUsage]
            await session.accept()
            await asyncio.Event().wait()

    metered = Metered(Feed)
    client = Script(None)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(metered.context, Feed, client))
        while not client.sent:
            await client.wait_for_change()
        client.taking.clear()
        for number in range(5):
            await metered.context.get_bean(Sessions).broadcast(str(number))
        assert metered.values("outbox_messages", "messages_dropped_total") == [2, 2]
        client.taking.set()
        while len(client.frames) < 3:
            await client.wait_for_change()
        client.gate.set()
    assert metered.values("outbox_messages", "messages_dropped_total", "messages_sent_total") == [0, 2, 3]


async def test_what_waited_for_a_client_that_was_closed_as_too_slow_is_counted_as_dropped() -> None:
    class Feed:
        @websocket_mapping(PATH)
        async def feed(self, session: WebSocketSession[Never, str]) -> None:
            session._limits = session._limits._replace(messages=2)  # pyright: ignore[reportPrivateUsage]
            await session.accept()
            await asyncio.Event().wait()

    metered = Metered(Feed)
    client = Script(None)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(metered.context, Feed, client))
        while not client.sent:
            await client.wait_for_change()
        client.taking.clear()
        for number in range(4):
            await metered.context.get_bean(Sessions).broadcast(str(number))
        client.taking.set()
    assert client.close == (1013, "too slow")
    assert metered.values("outbox_messages", "messages_dropped_total", "messages_sent_total") == [0, 3, 0]


async def test_handler_time_is_measured_for_each_way_of_receiving_and_up_to_the_handler_s_end() -> None:
    class Controller:
        @websocket_mapping(PATH)
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive_text()
            await session.receive_bytes()
            await session.receive_json()
            async for _ in session:
                break

    metered = Metered(Controller)
    script = Script(text("a"), {"type": "websocket.receive", "bytes": b"b"}, text("{}"), text("c"), text("never"))
    await serve(metered.context, Controller, script)
    assert metered.value("handler_seconds_count") == 4


async def test_time_spent_waiting_for_a_message_is_no_handler_time() -> None:
    metered = Metered(Echo)
    client = Script(None)
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(metered.context, Echo, client))
        while not client.sent:
            await client.wait_for_change()
        assert metered.value("handler_seconds_count") == 0
        client.gate.set()
    assert metered.value("handler_seconds_count") == 0


async def test_what_interceptors_swallow_is_counted_as_it_came_and_as_it_went() -> None:
    class Mute(SessionInterceptor):
        async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            return None if frame == "swallow" else frame

        async def on_send(self, session: WebSocketSession, frame: Frame) -> Frame | None:
            return None

    metered = Metered(Echo, Mute)
    await serve(metered.context, Echo, Script(text("swallow"), text("a")))
    assert metered.values("messages_received_total", "messages_sent_total") == [2, 0]


async def test_sessions_of_an_application_without_metrics_are_plain() -> None:
    context = ApplicationContext(registry=MetadataRegistry())
    context.register(Echo)
    await serve(context, Echo, Script())
    (cls,) = context.get_bean(Echo).classes
    assert not issubclass(cls, MeteredSession)


async def test_a_second_application_shares_the_metrics_of_a_registry() -> None:
    first = Metered(Echo)
    second = Metered(Echo)
    second.context = ApplicationContext(registry=MetadataRegistry())
    second.context.register_instance(first.registry)
    second.context.register(SessionMetrics)
    second.context.register(Echo)
    for context in (first.context, second.context):
        await serve(context, Echo, Script())
    assert first.value("sessions_opened_total") == 2


async def test_a_context_that_stops_leaves_no_session_open() -> None:
    metered = Metered(Echo)
    client = Script(None)
    async with asyncio.TaskGroup() as group:
        async with metered.context:
            serving = group.create_task(serve(metered.context, Echo, client))
            while not client.sent:
                await client.wait_for_change()
            assert metered.value("sessions") == 1
        assert metered.value("sessions") == 0
        client.gate.set()
        await serving
    assert metered.value("sessions") == 0


async def test_where_processes_share_metrics_open_sessions_are_settled_from_time_to_time_until_the_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled = asyncio.Event()
    monkeypatch.setattr(prometheus, "counts_all_processes", lambda: True)
    monkeypatch.setattr(prometheus, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(SessionMetrics, "settle", lambda self: settled.set())
    metered = Metered(Echo)
    async with metered.context, asyncio.timeout(10):
        for _ in range(2):
            await settled.wait()
            settled.clear()
    settled.clear()
    for _ in range(3):
        await asyncio.sleep(0)
    assert not settled.is_set()


async def test_a_session_that_opened_before_it_could_be_measured_is_still_counted() -> None:
    metered = Metered()
    metrics = metered.context.get_bean(SessionMetrics)
    member = await Member.open()
    await member.session.send_text("hello")
    metrics.opened(SessionOpened(session=member.session, endpoint="Echo.echo", path=PATH))
    assert metered.values("sessions", "messages_sent_total") == [1, 0]
