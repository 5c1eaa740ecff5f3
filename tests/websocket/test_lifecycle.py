"""From handshake to end: what each ending sends, logs and cleans up."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import sys
from collections import deque
from collections.abc import Iterable
from typing import Any, TypeVar

import pytest
from starlette.exceptions import HTTPException, WebSocketException
from starlette.websockets import WebSocketDisconnect as StarletteWebSocketDisconnect

from pyfly.container import rest_controller
from pyfly.context import ApplicationContext
from pyfly.web import ProblemError, QueryParam, request_mapping
from pyfly.websocket import (
    CloseSession,
    InvalidMessage,
    SessionClosed,
    SessionOpened,
    WebSocketDisconnect,
    WebSocketSession,
    websocket_mapping,
)
from pyfly.websocket.adapters.starlette import WebSocketRegistrar

T = TypeVar("T")

CONNECT = {"type": "websocket.connect"}
DENIAL: dict[str, Any] = {"extensions": {"websocket.http.response": {}}}


def text(data: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": data}


class Client:
    """A scripted client of one route; waits for ever once the script is over."""

    def __init__(self, *script: dict[str, Any], query: bytes = b"", **scope: Any) -> None:
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/t",
            "headers": [],
            "query_string": query,
            "subprotocols": [],
            **scope,
        }
        self.script = deque([CONNECT, *script])
        self.sent: list[dict[str, Any]] = []
        self.idle = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self.script:
            self.idle.set()
            await asyncio.Event().wait()
        return self.script.popleft()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def close(self) -> tuple[int, str]:
        assert self.sent[-1]["type"] == "websocket.close"
        return self.sent[-1]["code"], self.sent[-1]["reason"]

    @property
    def denial(self) -> int:
        assert self.sent[-2]["type"] == "websocket.http.response.start"
        status: int = self.sent[-2]["status"]
        return status


class Beans:
    """A foreign container that holds one bean."""

    def __init__(self, bean: object) -> None:
        self.bean = bean

    def get_bean(self, cls: type[T]) -> T:
        assert isinstance(self.bean, cls)
        return self.bean


class Base:
    """A controller that keeps the sessions its hook was called with."""

    def __init__(self) -> None:
        self.ended: list[WebSocketSession] = []

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self.ended.append(session)


async def serve(bean: object, client: Client, *, context: Any = None) -> None:
    registrar = WebSocketRegistrar(controllers=[type(bean)])
    (route,) = registrar.collect_routes(context or Beans(bean))
    async with asyncio.timeout(10):
        await route.app(client.scope, client.receive, client.send)


async def test_a_normal_return_closes_with_1000() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (1000, "")
    assert [session.close_code for session in bean.ended] == [1000]


async def test_a_problem_whose_headers_cannot_be_sent_is_answered_without(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            raise ProblemError(402, headers={"Content-Length": "5"})

    client = Client(**DENIAL)
    await serve(Controller(), client)
    assert client.denial == 402
    assert "Controller.handle: headers of a problem cannot be sent" in caplog.text


async def test_a_close_of_the_handler_s_own_is_kept() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.close(4001, "enough")

    client = Client()
    await serve(Controller(), client)
    assert client.close == (4001, "enough")
    assert len(client.sent) == 2


@pytest.mark.parametrize("error", [WebSocketDisconnect(1001), StarletteWebSocketDisconnect(1001)])
async def test_a_disconnect_is_a_normal_end(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise error

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (1000, "")
    assert len(bean.ended) == 1
    assert caplog.records == []


@pytest.mark.parametrize("kind", [WebSocketDisconnect, StarletteWebSocketDisconnect])
async def test_a_departure_can_be_caught_by_either_name(kind: type[Exception]) -> None:
    caught: list[Any] = []

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await session.receive_text()
            except kind as error:
                caught.append(error)

    bean, client = Controller(), Client({"type": "websocket.disconnect", "code": 1001, "reason": "bye"})
    await serve(bean, client)
    assert isinstance(caught[0], StarletteWebSocketDisconnect)
    assert (caught[0].code, caught[0].reason) == (1001, "bye")
    assert [message["type"] for message in client.sent] == ["websocket.accept"]
    assert bean.ended[0].close_code == 1001


async def test_a_disconnect_inside_a_task_group_is_a_normal_end(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.Event().wait())
                group.create_task(session.receive_text())

    bean, client = Controller(), Client({"type": "websocket.disconnect", "code": 1001})
    await serve(bean, client)
    assert bean.ended[0].close_code == 1001
    assert caplog.records == []


class Departed(Client):
    """Refuses every message, and tells how it ended to whoever asks."""

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            raise BrokenPipeError
        await super().send(message)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([text("unread"), {"type": "websocket.disconnect", "code": 4001, "reason": "bye"}], (4001, "bye")),
        ([{"type": "websocket.disconnect"}], (1005, "")),
        ([], (1006, "")),
    ],
)
async def test_a_handler_that_only_sends_ends_with_the_client_s_close_code(
    script: list[dict[str, Any]], code: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            with pytest.raises(WebSocketDisconnect) as raised:
                await session.send_text("tick")
            self.told = (raised.value.code, raised.value.reason)

    monkeypatch.setattr("pyfly.websocket.attended.ENDING_SECONDS", 0.01)
    bean = Controller()
    await serve(bean, Departed(*script))
    assert [(session.close_code, session.close_reason) for session in bean.ended] == [code]
    assert bean.told == code


async def test_another_error_inside_a_task_group_is_still_an_error(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise ExceptionGroup("both", [WebSocketDisconnect(), KeyError("bug")])

    client = Client()
    await serve(Controller(), client)
    assert client.close == (1011, "the handler failed")
    assert caplog.records[0].exc_info is not None
    assert isinstance(caplog.records[0].exc_info[1], KeyError)


async def test_an_uncaught_error_is_logged_and_closes_with_1011(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise RuntimeError("secret")

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (1011, "the handler failed")
    assert len(bean.ended) == 1
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"Controller.handle: the handler failed in session {bean.ended[0].id}"
    assert "RuntimeError: secret" in caplog.text


async def test_a_return_before_accept_denies_the_handshake() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            return

    bean, client = Controller(), Client(**DENIAL)
    await serve(bean, client)
    assert client.sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]
    assert [session.accepted for session in bean.ended] == [False]


@pytest.mark.parametrize(
    ("error", "status", "logged"),
    [
        (RuntimeError("secret"), 500, True),
        (ProblemError(409, "taken"), 409, False),
        (ProblemError(503), 503, True),
        (HTTPException(401, headers={"WWW-Authenticate": "Bearer"}), 401, False),
        (HTTPException(304), 500, True),
    ],
)
async def test_an_error_before_accept_denies_the_handshake(
    error: Exception, status: int, logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            raise error

    bean, client = Controller(), Client(**DENIAL)
    await serve(bean, client)
    assert client.denial == status
    assert (b"content-type", b"application/problem+json") in client.sent[0]["headers"]
    assert b"secret" not in client.sent[1]["body"]
    assert len(bean.ended) == 1
    assert bool(caplog.records) is logged


async def test_an_error_before_accept_is_a_plain_refusal_where_the_server_has_no_extension() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            raise ProblemError(409)

    client = Client()
    await serve(Controller(), client)
    assert client.close == (1000, "")


async def test_json_that_does_not_parse_closes_with_1007() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive_json()

    client = Client(text("{oops"))
    await serve(Controller(), client)
    assert client.close == (1007, "the message is not valid")


async def test_a_handler_may_catch_an_invalid_message_and_go_on() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            try:
                await session.receive_json()
            except InvalidMessage:
                await session.send_json(await session.receive_json())

    client = Client(text("{oops"), text("[1]"))
    await serve(Controller(), client)
    assert client.sent[1]["text"] == "[1]"
    assert client.close == (1000, "")


async def test_a_binary_frame_closes_a_text_reader_with_1003(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive_text()

    bean, client = Controller(), Client({"type": "websocket.receive", "bytes": b"x"})
    await serve(bean, client)
    assert client.close == (1003, "expected a text frame")
    assert bean.ended[0].close_code == 1003
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_cancellation_closes_with_1012_and_still_cleans_up() -> None:
    cleaned = asyncio.Event()

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive_text()

        async def on_disconnect(self, session: WebSocketSession) -> None:
            await asyncio.sleep(0)
            cleaned.set()

    client = Client()
    task = asyncio.create_task(serve(Controller(), client))
    await client.idle.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.close == (1012, "")
    assert cleaned.is_set()


async def test_cancellation_during_cleanup_waits_for_it() -> None:
    started, release = asyncio.Event(), asyncio.Event()
    finished: list[bool] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

        async def on_disconnect(self, session: WebSocketSession) -> None:
            started.set()
            await release.wait()
            finished.append(True)

    task = asyncio.create_task(serve(Controller(), Client()))
    await started.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    release.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert finished == [True]


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_an_error_of_the_hook_is_logged_and_suppressed(
    asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    class Sync:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

        def on_disconnect(self, session: WebSocketSession) -> None:
            raise ValueError("cleanup bug")

    class Async(Sync):
        async def on_disconnect(self, session: WebSocketSession) -> None:  # type: ignore[override]  # both are allowed
            raise ValueError("cleanup bug")

    bean, client = (Async() if asynchronous else Sync()), Client()
    await serve(bean, client)
    assert client.close == (1000, "")
    assert "on_disconnect failed" in caplog.text
    assert "ValueError: cleanup bug" in caplog.text


async def test_a_cancelled_error_of_the_handler_s_own_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            job = asyncio.create_task(asyncio.Event().wait())
            job.cancel()
            await job

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (1011, "the handler failed")
    assert "CancelledError" in caplog.text
    assert len(bean.ended) == 1


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        KeyboardInterrupt(),
        BaseExceptionGroup("g", [SystemExit(1), ValueError("x")]),
        BaseException("own"),
    ],
)
async def test_what_is_no_exception_closes_with_1011_as_well(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise error

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (1011, "the handler failed")
    assert bean.ended[0].close_code == 1011
    assert "the handler failed in session" in caplog.text


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_a_hook_that_exits_ends_nothing_else(asynchronous: bool, caplog: pytest.LogCaptureFixture) -> None:
    class Sync:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

        def on_disconnect(self, session: WebSocketSession) -> Any:
            sys.exit(7)

    class Async(Sync):
        async def on_disconnect(self, session: WebSocketSession) -> Any:
            sys.exit(7)

    client = Client()
    await serve(Async() if asynchronous else Sync(), client)
    assert client.close == (1000, "")
    assert "SystemExit: 7" in caplog.text


async def test_a_client_that_takes_no_close_frame_does_not_hold_up_a_cancellation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stalled(Client):
        async def send(self, message: Any) -> None:
            await super().send(message)
            if message["type"] == "websocket.close":
                await asyncio.Event().wait()

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive_text()

    monkeypatch.setattr("pyfly.websocket.lifecycle.CLOSE_FRAME_SECONDS", 0.01)
    bean, client = Controller(), Stalled()
    task = asyncio.create_task(serve(bean, client))
    await client.idle.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.close == (1012, "")
    assert len(bean.ended) == 1


@pytest.mark.parametrize(
    "error",
    [
        ExceptionGroup("outer", [ExceptionGroup("inner", [InvalidMessage("{", [])])]),
        ExceptionGroup("two", [InvalidMessage("{", []), InvalidMessage("[", []), WebSocketDisconnect()]),
    ],
)
async def test_invalid_messages_in_groups_close_with_1007(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise error

    client = Client()
    await serve(Controller(), client)
    assert client.close == (1007, "the message is not valid")
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_several_errors_in_a_group_are_logged_together(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            raise ExceptionGroup("both", [KeyError("one"), ExceptionGroup("deep", [KeyError("two")])])

    client = Client()
    await serve(Controller(), client)
    assert client.close == (1011, "the handler failed")
    assert "KeyError: 'one'" in caplog.text
    assert "KeyError: 'two'" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CloseSession(4001, "custom"), (4001, "custom")),
        (WebSocketException(4001, "custom"), (4001, "custom")),
        (WebSocketException(1006), (1011, "the handler failed")),
    ],
)
async def test_a_handler_may_raise_the_close_code(error: Exception, code: tuple[int, str]) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            if session.query_params.get("accept"):
                await session.accept()
            raise error

    bean, client = Controller(), Client(query=b"accept=1")
    await serve(bean, client)
    assert client.close == code
    assert bean.ended[0].close_code == code[0]
    refused = Client()
    await serve(bean, refused)
    assert refused.sent == [{**refused.sent[0], "type": "websocket.close"}]
    assert not bean.ended[1].accepted


async def test_a_session_closed_from_elsewhere_ends_its_handler_quietly(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await asyncio.create_task(session.close(4009, "kicked"), context=contextvars.Context())
            try:
                await session.send_text("x")
            finally:
                ended.append("handler")

    bean, client = Controller(), Client()
    await serve(bean, client)
    assert client.close == (4009, "kicked")
    assert ended == ["handler"]
    assert caplog.records == []


async def test_a_broadcast_outlives_the_client_whose_handler_started_it() -> None:
    sent = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []

    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            tasks.append(asyncio.create_task(self.broadcast(session)))

        async def broadcast(self, session: WebSocketSession) -> None:
            await left.wait()
            await session.send_text("to nobody")
            sent.set()

    left = asyncio.Event()
    await serve(Controller(), Client())
    left.set()
    async with asyncio.timeout(10):
        await sent.wait()
        await tasks[0]


async def test_the_hook_may_be_any_callable_that_returns_an_awaitable() -> None:
    called: list[WebSocketSession] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

        def on_disconnect(self, session: WebSocketSession) -> asyncio.Future[None]:
            called.append(session)
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            future.set_result(None)
            return future

    await serve(Controller(), Client())
    assert len(called) == 1


async def test_arguments_are_bound_from_path_and_query() -> None:
    got: list[object] = []

    class Controller:
        @websocket_mapping("/{n:int}")
        async def handle(self, session: WebSocketSession, n: int, q: QueryParam[list[int]], x: str = "own") -> None:
            got.extend([n, q, x])
            await session.accept()

    client = Client(query=b"q=1&q=2", path_params={"n": 7})
    await serve(Controller(), client)
    assert got == [7, [1, 2], "own"]


async def test_arguments_that_do_not_validate_deny_before_the_handler_runs() -> None:
    ran: list[str] = []

    class Controller:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession, n: QueryParam[int]) -> None:
            ran.append("handler")

        def on_disconnect(self, session: WebSocketSession) -> None:
            ran.append("hook")

    client = Client(query=b"n=x", **DENIAL)
    await serve(Controller(), client)
    assert client.denial == 422
    assert b'"name":"n"' in client.sent[1]["body"]
    assert ran == []
    plain = Client(query=b"n=x")
    await serve(Controller(), plain)
    assert plain.close == (1000, "")


async def test_a_controller_that_cannot_be_made_denies_the_handshake(caplog: pytest.LogCaptureFixture) -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None: ...

    class Broken:
        def get_bean(self, cls: type[T]) -> T:
            raise LookupError("no such bean")

    client = Client(**DENIAL)
    await serve(Controller(), client, context=Broken())
    assert client.denial == 500
    assert "Controller.handle: its controller could not be had" in caplog.text
    assert "no such bean" in caplog.text


async def test_a_foreign_container_may_answer_with_an_awaitable() -> None:
    class Controller(Base):
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

    bean = Controller()

    class Async:
        async def get_bean(self, cls: type[T]) -> T:
            assert isinstance(bean, cls)
            return bean

    client = Client()
    await serve(bean, client, context=Async())
    assert client.close == (1000, "")


def application_context(*controllers: type) -> ApplicationContext:
    context = ApplicationContext()
    for controller in controllers:
        context.register(controller)
    return context


async def run_route(context: ApplicationContext, clients: Iterable[Client]) -> None:
    (route,) = WebSocketRegistrar().collect_routes(context)
    async with asyncio.timeout(10):
        for client in clients:
            await route.app(client.scope, client.receive, client.send)


async def test_a_singleton_controller_serves_every_session() -> None:
    made: list[object] = []

    @rest_controller
    class Single:
        def __init__(self) -> None:
            made.append(self)

        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()

    context = application_context(Single)
    assert made == []
    await run_route(context, [Client(), Client(), Client()])
    assert len(made) == 1
    await context.stop()


async def test_a_session_scoped_controller_is_each_connection_s_own() -> None:
    log: list[str] = []

    @rest_controller(scope="session")
    class PerConnection:
        def __init__(self, session: WebSocketSession) -> None:
            log.append("made")
            self.session = session

        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            assert self.session is session
            await session.accept()

        def on_disconnect(self, session: WebSocketSession) -> None:
            log.append("hook")

    context = application_context(PerConnection)
    await run_route(context, [Client(), Client()])
    assert log == ["made", "hook", "made", "hook"]
    await context.stop()


async def test_sessions_are_announced_with_code_reason_duration_and_counts() -> None:
    @rest_controller
    @request_mapping("/base")
    class Announced:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            for _ in range(2):
                await session.receive_text()
            await session.send_text("x")
            await session.close(4002, "enough")

    events: list[object] = []
    context = application_context(Announced)
    context.events.subscribe(SessionOpened, events.append)
    context.events.subscribe(SessionClosed, events.append)
    await run_route(context, [Client(text("1"), text("2"))])
    opened, closed = events
    assert isinstance(opened, SessionOpened)
    assert isinstance(closed, SessionClosed)
    assert (opened.endpoint, opened.path) == ("Announced.handle", "/base/t")
    assert opened.session is closed.session
    assert (closed.code, closed.reason, closed.received, closed.sent) == (4002, "enough", 2, 1)
    assert closed.duration >= 0
    await context.stop()


async def test_a_refused_handshake_is_not_announced() -> None:
    @rest_controller
    class Refusing:
        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.deny(401)

    events: list[object] = []
    context = application_context(Refusing)
    context.events.subscribe((SessionOpened, SessionClosed), events.append)
    await run_route(context, [Client(**DENIAL)])
    assert events == []
    await context.stop()
