"""Clients that leave while their handler waits for something else than a message."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import weakref
from collections.abc import AsyncGenerator, Callable
from contextvars import Context
from typing import Any, Never, TypeVar

import pytest

from pyfly.asgi import SERVER_STOPS
from pyfly.container import BeanContext
from pyfly.context import ApplicationContext
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import WebSocketDisconnect, WebSocketSession, attended, attention, posted, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.metering import SessionMeter
from pyfly.websocket.read_ahead import INBOX_MESSAGES

T = TypeVar("T")

CONNECT = {"type": "websocket.connect"}
BYE = {"type": "websocket.disconnect", "code": 4001, "reason": "bye"}


def text(data: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": data}


class Client:
    """A client of one route that goes on talking while it is served."""

    def __init__(self, *script: dict[str, Any]) -> None:
        self.scope = {"type": "websocket", "path": "/t", "headers": [], "query_string": b"", "subprotocols": []}
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.say(CONNECT, *script)

    def say(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            self.messages.put_nowait(message)

    async def receive(self) -> dict[str, Any]:
        return await self.messages.get()

    async def send(self, message: Any) -> None:
        self.sent.append(message)


class Beans:
    def __init__(self, bean: object) -> None:
        self.bean = bean

    def get_bean(self, cls: type[T]) -> T:
        assert isinstance(self.bean, cls)
        return self.bean


class Base:
    """A controller that notes what its handler saw."""

    def __init__(self) -> None:
        self.notes: list[Any] = []
        self.elsewhere = asyncio.Event()

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self.notes.append((session.accepted, session.close_code, session.close_reason))


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110  # nothing tells of what is waited for
        await asyncio.sleep(0)


class Meter(SessionMeter):
    def handling(self, path_template: str) -> Callable[[float], object]:
        seconds: list[float] = []
        return seconds.append


async def serve(bean: object, client: Client, *, measured: bool = False) -> None:
    beans: BeanContext = Beans(bean)
    if measured:
        beans = ApplicationContext(registry=MetadataRegistry())
        beans.register_instance(bean)
        beans.register(Meter)
    (route,) = WebSocketRegistrar(controllers=[type(bean)]).collect_routes(beans)
    async with asyncio.timeout(20):
        await route.app(client.scope, client.receive, client.send)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "SWEEP_SECONDS", 0.005)


@pytest.fixture
def _look_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "SWEEP_SECONDS", 3600)


@pytest.fixture
def _close_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posted, "CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(attended, "PARTING_SECONDS", 0.01)


@pytest.mark.parametrize("unread", [0, 1, 10])
async def test_a_handler_that_waits_elsewhere_is_cancelled(unread: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pyfly.websocket")

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await self.elsewhere.wait()
            finally:
                self.notes.append("finally")

    bean = Controller()
    await serve(bean, Client(*[text("unread")] * unread, BYE))
    assert bean.notes == ["finally", (True, 4001, "bye")]
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert [text.partition(">: ")[2] for text in told] == (
        [f"{unread} messages were not received when it ended"] if unread else []
    )


async def test_a_handler_that_waits_in_a_task_group_is_cancelled() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.elsewhere.wait())

    bean = Controller()
    await serve(bean, Client(BYE))
    assert bean.notes == [(True, 4001, "bye")]


async def test_a_handler_that_has_not_accepted_yet_is_cancelled() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await self.elsewhere.wait()

    bean, client = Controller(), Client(BYE)
    await serve(bean, client)
    assert bean.notes == [(False, 1006, "")]
    assert client.sent == []


async def test_a_late_accept_still_completes_the_handshake() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await until(client.messages.empty)  # the reader has taken what there is
            await session.accept()
            self.notes.append(await session.receive_text())

    bean, client = Controller(), Client(text("hello"))
    await serve(bean, client)
    assert bean.notes == ["hello", (True, 1000, "")]


@pytest.mark.parametrize("call", ["accept", "deny"])
async def test_answering_the_handshake_of_a_client_that_has_gone_is_a_disconnect(call: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await until(lambda: session.close_code is not None)
            with pytest.raises(WebSocketDisconnect) as raised:
                await getattr(session, call)()
            self.notes.append(raised.value.code)

    bean = Controller()
    await serve(bean, Client(BYE))
    assert bean.notes == [1006, (False, 1006, "")]


async def test_a_handler_that_keeps_receiving_gets_every_message_before_the_departure() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(client.messages.empty)  # the reader has taken what there is
            async for message in session:
                self.notes.append(message)

    bean = Controller()
    client = Client(*[text(str(number)) for number in range(40)], BYE)
    await serve(bean, client)
    assert bean.notes == [*map(str, range(40)), (True, 4001, "bye")]


async def test_sending_tells_of_a_departure_that_lies_behind_unread_messages() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(lambda: session.close_code is not None)
            self.notes.append(await session.receive_text())
            try:
                await session.send_text("anyone there?")
            except WebSocketDisconnect as error:
                self.notes.append((error.code, error.reason))
                raise

    bean = Controller()
    await serve(bean, Client(text("unread"), BYE))
    assert bean.notes == ["unread", (4001, "bye"), (True, 4001, "bye")]


async def test_a_handler_that_comes_back_receives_from_the_connection_again() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(_readers)
            for _ in range(3):
                self.notes.append(await session.receive_text())
            self.notes.append(_readers())

    bean, client = Controller(), Client()
    serving = asyncio.create_task(serve(bean, client))
    await until(_readers)
    for word in ("one", "two", "three"):
        await until(client.messages.empty)
        client.say(text(word))
    await serving
    assert bean.notes == ["one", "two", "three", [], (True, 1000, "")]


async def test_a_handler_that_listens_is_read_for_by_nobody() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            async for _ in session:
                self.notes.extend(_readers())

    bean, client = Controller(), Client(text("a"))
    serving = asyncio.create_task(serve(bean, client))
    for _ in range(20):
        await asyncio.sleep(attention.SWEEP_SECONDS)
        assert _readers() == []
    client.say(text("b"), BYE)
    await serving
    assert bean.notes == [(True, 4001, "bye")]


async def test_giving_up_receiving_is_listening_no_more() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                async with asyncio.timeout(0.001):
                    await session.receive()
            except TimeoutError:
                client.say(BYE)
                await self.elsewhere.wait()

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == [(True, 4001, "bye")]


@pytest.mark.usefixtures("_look_never")
@pytest.mark.parametrize("unwanted", [0, 1000])
async def test_a_handler_that_takes_no_messages_is_cancelled_at_once(unwanted: int) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession[Never, str]) -> None:
            await session.accept()
            await session.send("tick")
            await self.elsewhere.wait()

    bean = Controller()
    await serve(bean, Client(*[text("unwanted")] * unwanted, BYE))
    assert bean.notes == [(True, 4001, "bye")]


@pytest.mark.usefixtures("_look_never")
async def test_a_handler_that_takes_no_messages_may_wait_for_the_departure() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession[Never, str]) -> None:
            await session.accept()
            async for _ in session:
                raise AssertionError
            self.notes.append("gone")

    bean = Controller()
    await serve(bean, Client(text("unwanted"), BYE))
    assert bean.notes == ["gone", (True, 4001, "bye")]


async def test_a_handler_may_outlast_its_cancellation() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await self.elsewhere.wait()
            except asyncio.CancelledError as error:
                self.notes.append(str(error))
            await asyncio.sleep(0)
            with pytest.raises(WebSocketDisconnect):
                await session.receive()
            self.notes.append("done")

    bean = Controller()
    await serve(bean, Client(BYE))
    assert bean.notes == ["the session has ended", "done", (True, 4001, "bye")]


async def test_an_error_of_the_handler_s_cleanup_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await self.elsewhere.wait()
            finally:
                raise ValueError("cleanup")

    bean = Controller()
    await serve(bean, Client(BYE))
    assert bean.notes == [(True, 4001, "bye")]
    assert "the handler failed" in caplog.text


async def test_a_cancellation_of_the_server_s_own_goes_on() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await self.elsewhere.wait()
            finally:
                serving.cancel()

    bean = Controller()
    serving = asyncio.create_task(serve(bean, Client(BYE)))
    await asyncio.wait({serving})
    assert serving.cancelled()
    assert bean.notes == [(True, 4001, "bye")]


async def work_on(notes: list[Any]) -> None:
    """Wait for something else, for longer than any handler whose client has gone is given."""
    await asyncio.sleep(10 * attention.SWEEP_SECONDS)
    notes.append("saved")


async def test_a_handler_that_has_closed_its_session_is_left_alone() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.close(1000, "thanks")
            client.say({"type": "websocket.disconnect", "code": 1000})
            await work_on(self.notes)

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == ["saved", (True, 1000, "thanks")]


async def test_a_handler_that_has_refused_its_session_is_left_alone() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.deny(401)
            client.say({"type": "websocket.disconnect", "code": 1006})
            await work_on(self.notes)

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == ["saved", (False, 1006, "")]


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("how", ["caught", "finally", "iterated", "sending"])
async def test_a_handler_that_was_told_of_the_departure_is_left_alone(how: str, before: int) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            if before:  # it has been found elsewhere already
                await until(_readers)
                client.say(BYE)
            match how:
                case "caught":
                    with contextlib.suppress(WebSocketDisconnect):
                        await session.receive()
                    await work_on(self.notes)
                case "finally":
                    try:
                        await session.receive()
                    finally:
                        await work_on(self.notes)
                case "iterated":
                    async for _ in session:
                        raise AssertionError
                    await work_on(self.notes)
                case _:
                    await until(lambda: session.close_code is not None)
                    with contextlib.suppress(WebSocketDisconnect):
                        await session.send_text("anyone?")
                    await work_on(self.notes)

    bean = Controller()
    client = Client(*([] if before else [BYE]))
    await serve(bean, client)
    assert bean.notes == ["saved", (True, 4001, "bye")]


async def test_a_handler_has_the_time_that_a_stopping_server_gives_it() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await work_on(self.notes)
            with pytest.raises(WebSocketDisconnect, match="1012"):
                await session.receive()

    class Pushing(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession[Never, str]) -> None:
            await session.accept()
            await work_on(self.notes)
            with pytest.raises(WebSocketDisconnect, match="1012"):
                await session.send("tick")

    for bean in (Controller(), Pushing()):
        await serve(bean, Client({"type": "websocket.disconnect", "code": 1012, SERVER_STOPS: True}))
        assert bean.notes == ["saved", (True, 1012, "")]


async def test_a_handler_that_works_through_what_came_is_given_time_for_each(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            for _ in range(3):
                self.notes.append(await session.receive_text())
                await asyncio.sleep(6 * attention.SWEEP_SECONDS)
            self.notes.append(await session.receive_text())
            await self.elsewhere.wait()

    caplog.set_level(logging.INFO, "pyfly.websocket")
    bean = Controller()
    await serve(bean, Client(*[text(str(number)) for number in range(6)], BYE))
    assert bean.notes == ["0", "1", "2", "3", (True, 4001, "bye")]
    (told,) = caplog.records
    assert told.message.endswith("closed>: 2 messages were not received when it ended")
    assert told.__dict__["close_code"] == 4001


@pytest.mark.parametrize("listens", [False, True])
async def test_a_client_that_fills_the_inbox_of_a_handler_that_never_receives_is_closed(
    listens: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attended, "STALL_SECONDS", 2.0)

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            if listens:
                await asyncio.sleep(4 * attention.SWEEP_SECONDS)
                for _ in range(INBOX_MESSAGES + 10):
                    await session.receive()
            else:
                await self.elsewhere.wait()

    bean, client = Controller(), Client(*[text("x")] * (INBOX_MESSAGES + 10))
    await serve(bean, client)
    assert bean.notes == [(True, 1000, "") if listens else (True, 1008, "messages are not received")]
    assert client.sent[-1]["code"] == bean.notes[0][1]


async def test_an_inbox_may_be_full_for_a_while_however_long_its_handler_was_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attended, "STALL_SECONDS", 6.0)

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await asyncio.sleep(40 * attention.SWEEP_SECONDS)
            client.say(*[text("x")] * (INBOX_MESSAGES + 10))
            await asyncio.sleep(4 * attention.SWEEP_SECONDS)
            for _ in range(INBOX_MESSAGES + 10):
                await session.receive()

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == [(True, 1000, "")]


@pytest.mark.parametrize("end", ["client", "child", "other"])
@pytest.mark.parametrize("shape", ["group", "task"])
async def test_a_handler_is_cancelled_though_a_task_of_its_own_knows_of_the_end(shape: str, end: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            self.session = session
            if shape == "group":
                async with asyncio.TaskGroup() as group:
                    group.create_task(self.read(session))
                    group.create_task(self.elsewhere.wait())
            else:
                reading = asyncio.create_task(self.read(session))
                await self.elsewhere.wait()
                await reading

        async def read(self, session: WebSocketSession) -> None:
            if end == "child":
                await session.close(4001, "bye")
                client.say({"type": "websocket.disconnect", "code": 4001})
                return
            async for _ in session:
                raise AssertionError
            self.notes.append("read to the end")

    bean, client = Controller(), Client(*([BYE] if end == "client" else []))
    serving = asyncio.create_task(serve(bean, client))
    if end == "other":
        await until(lambda: hasattr(bean, "session") and _listens(bean.session))
        await bean.session.close(4001, "bye")
        client.say({"type": "websocket.disconnect", "code": 4001})
    await serving
    assert bean.notes == [*(["read to the end"] if end != "child" else []), (True, 4001, "bye")]


@pytest.mark.parametrize("how", ["task", "generator", "context"])
async def test_a_handler_that_waited_for_the_task_that_was_told_has_time(how: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            match how:
                case "task":
                    await asyncio.create_task(self.read(session))
                case "generator":
                    async for _ in self.messages(session):
                        return
                case _:
                    async with self.conversation(session):
                        pass
                    return
            await work_on(self.notes)

        async def read(self, session: WebSocketSession) -> None:
            async for _ in session:
                raise AssertionError

        async def messages(self, session: WebSocketSession) -> AsyncGenerator[Any]:
            await asyncio.create_task(self.read(session))
            await work_on(self.notes)
            yield

        @contextlib.asynccontextmanager
        async def conversation(self, session: WebSocketSession) -> AsyncGenerator[None]:
            reading = asyncio.create_task(self.read(session))
            yield
            await reading
            await work_on(self.notes)

    bean = Controller()
    await serve(bean, Client(BYE))
    assert bean.notes == ["saved", (True, 4001, "bye")]


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("how", ["task", "wait_for", "wait"])
async def test_a_handler_that_waited_for_a_receive_of_its_own_is_left_alone(
    how: str, measured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attended, "PATIENCE_SECONDS", 0)

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            with contextlib.suppress(WebSocketDisconnect, StopAsyncIteration):
                match how:
                    case "task":
                        await asyncio.create_task(session.receive_text())
                    case "wait_for":
                        await asyncio.wait_for(anext(session), 60)
                    case _:
                        receiving = asyncio.create_task(session.receive())
                        await asyncio.wait({receiving, asyncio.create_task(never())}, return_when="FIRST_COMPLETED")
                        receiving.result()
            await work_on(self.notes)

        async def on_disconnect(self, session: WebSocketSession) -> None:
            await super().on_disconnect(session)
            self.elsewhere.set()

    bean = Controller()
    never = bean.elsewhere.wait
    await serve(bean, Client(BYE), measured=measured)
    assert bean.notes == ["saved", (True, 4001, "bye")]


async def close_for(session: WebSocketSession) -> None:
    """Close a session as somebody who has nothing to do with its handler."""
    await asyncio.create_task(session.close(4000, "out"), context=Context())


@pytest.mark.parametrize("how", ["caught", "iterated"])
async def test_what_was_read_for_a_handler_is_received_though_somebody_else_closes(how: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(client.messages.empty)
            await close_for(session)
            client.say(text("too late"))
            async for message in session:
                self.notes.append(message)
            with pytest.raises(WebSocketDisconnect) as raised:
                await session.receive_text()
            assert (raised.value.code, raised.value.reason) == (4000, "out")

    bean, client = Controller(), Client(*[text(str(number)) for number in range(3)])
    await serve(bean, client)
    assert bean.notes == ["0", "1", "2", (True, 4000, "out")]


async def test_messages_that_are_left_when_somebody_else_closes_give_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attended, "PATIENCE_SECONDS", 3600)

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            self.notes.append(await session.receive_text())
            await until(client.messages.empty)
            await close_for(session)
            await self.elsewhere.wait()

    bean, client = Controller(), Client(*[text(str(number)) for number in range(3)])
    await serve(bean, client)
    assert bean.notes == ["0", (True, 4000, "out")]


class Deaf(Client):
    """A client that does not read: its server waits with the close message, and tells nobody of it."""

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            await asyncio.Event().wait()


async def test_a_handler_that_receives_what_is_read_for_it_is_told_at_once_that_somebody_else_closes() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(_readers)
            closing = asyncio.create_task(close_for(session))
            with pytest.raises(WebSocketDisconnect) as raised:
                await session.receive_text()
            assert (raised.value.code, raised.value.reason) == (4000, "out")
            self.notes.append(closing.done())

    bean = Controller()
    await serve(bean, Deaf())
    assert bean.notes == [False, (True, 4000, "out")]


@pytest.mark.usefixtures("_close_soon")
async def test_a_receive_that_the_server_does_not_end_is_cancelled_when_somebody_else_closes() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            self.session = session
            try:
                await session.receive_text()
            except asyncio.CancelledError:
                self.notes.append("cancelled")
                raise

    bean = Controller()
    serving = asyncio.create_task(serve(bean, Deaf()))
    await until(lambda: hasattr(bean, "session") and _listens(bean.session))
    await close_for(bean.session)
    await serving
    assert bean.notes == ["cancelled", (True, 4000, "out")]


@pytest.mark.usefixtures("_close_soon", "_look_never")
@pytest.mark.parametrize("who", ["itself", "others"])
async def test_a_client_that_does_not_read_holds_up_nobody_who_closes(who: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await (session.close(4000, "out") if who == "itself" else close_for(session))
            self.notes.append("closed")

    bean, client = Controller(), Deaf()
    await serve(bean, client)
    assert bean.notes == ["closed", (True, 4000, "out")]
    assert [message["type"] for message in client.sent] == ["websocket.accept", "websocket.close"]


class Returning(Base):
    """Its handler leaves it to pyfly to close the session."""

    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept()


async def test_a_client_that_does_not_read_is_given_up_after_the_handler_has_returned() -> None:
    bean, client = Returning(), Deaf()
    await serve(bean, client)
    assert bean.notes == [(True, 1000, "")]
    assert [message["type"] for message in client.sent] == ["websocket.accept", "websocket.close"]


@pytest.mark.usefixtures("_look_never")
async def test_a_cancellation_goes_on_while_a_client_does_not_read_the_close_message() -> None:
    bean, client = Returning(), Deaf()
    serving = asyncio.create_task(serve(bean, client))
    await until(lambda: len(client.sent) == 2)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert bean.notes == [(True, 1000, "")]


async def test_a_close_message_that_the_server_refuses_is_no_failure_of_the_handler(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "pyfly.websocket")

    class Gone(Client):
        async def send(self, message: Any) -> None:
            if message["type"] == "websocket.close":
                raise BrokenPipeError
            await super().send(message)

    bean = Returning()
    await serve(bean, Gone())
    assert bean.notes == [(True, 1000, "")]
    assert not caplog.records


async def test_what_the_client_sent_is_received_though_somebody_else_found_it_gone() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            self.session = session
            async for message in session:
                self.notes.append(message)
                if message == "0":
                    await self.elsewhere.wait()

    class Refusing(Client):
        async def send(self, message: Any) -> None:
            if message["type"] == "websocket.send":
                raise BrokenPipeError

    bean, client = Controller(), Refusing(*[text(str(number)) for number in range(8)], BYE)
    serving = asyncio.create_task(serve(bean, client))
    await until(lambda: bean.notes)
    await bean.session.send_text("a broadcast")
    bean.elsewhere.set()
    await serving
    assert bean.notes == [*map(str, range(8)), (True, 4001, "bye")]


@pytest.mark.parametrize("count", [3, INBOX_MESSAGES + 40])
async def test_what_the_client_sent_is_received_after_a_failed_send(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attended, "ENDING_SECONDS", 0.01)

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            client.gone = True
            with pytest.raises(WebSocketDisconnect) as raised:
                await session.send_text("anyone?")
            self.notes.append(raised.value.code)
            self.notes.append(len([message async for message in session]))

    class Leaving(Client):
        gone = False

        async def send(self, message: Any) -> None:
            if self.gone:
                raise BrokenPipeError

    bean, client = Controller(), Leaving(*[text("x")] * count, BYE)
    await serve(bean, client)
    # Behind a full inbox the code is not known yet.
    assert bean.notes == [4001 if count == 3 else 1006, count, (True, 4001, "bye")]


@pytest.mark.usefixtures("_look_never")
@pytest.mark.parametrize("how", ["polling", "sending"])
async def test_a_handler_that_does_something_with_its_session_now_and_then_is_told(how: str) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            session.look()
            session.look()
            client.say(BYE)
            await until(client.messages.empty)
            try:
                while True:
                    session.look()
                    await asyncio.sleep(0)
                    if how == "sending":
                        await session.send_text("tick")
                    else:
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(0.0001):
                                await session.receive()
            except WebSocketDisconnect:
                self.notes.append("told")

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == ["told", (True, 4001, "bye")]


async def test_what_goes_wrong_with_one_session_leaves_the_others_looked_after(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        def look(self) -> None:
            raise RuntimeError("broken")

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await self.elsewhere.wait()

    broken, bean = Broken(), Controller()
    attention.Attention.here().watch(broken)
    await serve(bean, Client(BYE))
    attention.Attention.here().dismiss(broken)
    assert bean.notes == [(True, 4001, "bye")]
    assert "could not be looked after" in caplog.text


async def test_closing_while_nobody_listens_is_the_handler_s_end() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await until(_readers)
            await session.close(4000, "enough")

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert bean.notes == [(True, 4000, "enough")]
    assert client.sent[-1] == {"type": "websocket.close", "code": 4000, "reason": "enough"}
    await asyncio.sleep(0)
    assert _readers() == []


def test_nothing_keeps_an_event_loop_that_has_ended() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

    async def run() -> weakref.ref[Any]:
        await serve(Controller(), Client())
        return weakref.ref(asyncio.get_running_loop())

    loop = asyncio.run(run())
    gc.collect()
    assert loop() is None


def _listens(session: WebSocketSession) -> bool:
    return session._listening == "now"  # pyright: ignore[reportPrivateUsage]


def _readers() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "read ahead"]
