"""Event streams served through Starlette: framing on the wire, endings, and answers instead of streams."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.testclient import TestClient

from pyfly.container import pre_destroy, rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import DeclarationErrors, MetadataRegistry, SourceLocation
from pyfly.web import Header, ProblemError, QueryParam, request_mapping
from pyfly.web.sse import ServerSentEvent, sse_mapping
from pyfly.web.sse.adapters.starlette import SSERegistrar

PATIENCE = 10.0
FOREVER = 1000.0
T = TypeVar("T")


class NewBeans:
    """A foreign container that makes each bean anew."""

    def get_bean(self, cls: type[T]) -> T:
        return cls()


def app_of(*controllers: type, context: Any = None, keep_alive: float | None = FOREVER) -> Starlette:
    registrar = SSERegistrar(controllers=controllers, keep_alive=keep_alive)
    return Starlette(routes=registrar.collect_routes(context or NewBeans()))


def client_of(*controllers: type) -> TestClient:
    return TestClient(app_of(*controllers))


@dataclass
class Wire:
    """One request as a server drives it: its scope, and what the application sends."""

    path: str
    method: str = "GET"
    sent: list[MutableMapping[str, Any]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    taken: asyncio.Semaphore | None = None
    asked: int = 0

    async def receive(self) -> MutableMapping[str, Any]:
        self.asked += 1
        if self.asked == 1:
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        async with self.changed:
            self.sent.append(message)
            self.changed.notify_all()
        if self.taken is not None:
            await self.taken.acquire()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(condition)

    def open(self, app: Any) -> asyncio.Task[None]:
        scope = {
            "type": "http",
            "method": self.method,
            "path": self.path,
            "root_path": "",
            "query_string": b"",
            "headers": [],
        }
        return asyncio.create_task(self._run(app, scope))

    async def _run(self, app: Any, scope: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            await app(scope, self.receive, self.send)


# --- on the wire


class Order(BaseModel):
    number: int
    secret: str = Field(default="hidden", exclude=True)


class Rush(Order):
    surcharge: int = 5


@dataclass
class Point:
    x: int
    y: int


@rest_controller
@request_mapping("/events")
class Events:
    @sse_mapping("/text")
    async def text(self) -> AsyncIterator[str]:
        yield "one"
        yield "two\nlines"
        yield "é\r\nand\rmore"
        yield ""

    @sse_mapping("/models")
    async def models(self) -> AsyncIterator[Order]:
        yield Order(number=1)
        yield Rush(number=2)
        found: Any = {"number": "3", "surplus": True}
        yield found

    @sse_mapping("/values")
    async def values(self):  # type: ignore[no-untyped-def]  # what is under test
        yield {"point": Point(1, 2)}
        yield [1.5, None]
        yield None
        yield "text"

    @sse_mapping("/fields")
    async def fields(self) -> AsyncGenerator[ServerSentEvent | Order, None]:
        yield ServerSentEvent("text", event="note", id="7", retry=500, comment="hi")
        yield ServerSentEvent({"a": "b\nc"})
        yield ServerSentEvent(Order(number=4), event="order")
        yield ServerSentEvent(comment="only")
        yield ServerSentEvent(id="8")
        yield Rush(number=5)

    @sse_mapping("/typed")
    async def typed(self) -> AsyncIterator[ServerSentEvent[Order | str]]:
        yield ServerSentEvent(Rush(number=6), event="order")
        yield ServerSentEvent("text")
        found: Any = {"number": "7", "surplus": True}
        yield ServerSentEvent(found)
        yield ServerSentEvent(id="9")

    @sse_mapping("/empty")
    async def empty(self) -> AsyncIterable[str]:
        for text in list[str]():
            yield text

    @sse_mapping("/resumed/{room}")
    async def resumed(
        self, room: str, last_event_id: Header[int | None] = None, limit: QueryParam[int] = 2
    ) -> AsyncIterator[ServerSentEvent]:
        start = 0 if last_event_id is None else last_event_id + 1
        for number in range(start, start + limit):
            yield ServerSentEvent(room, id=str(number))

    @sse_mapping("/natives")
    async def natives(self, request: Request, connection: HTTPConnection) -> AsyncIterator[str]:
        yield f"{request.url.path} {connection is request}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("text", "data: one\n\ndata: two\ndata: lines\n\ndata: é\ndata: and\ndata: more\n\ndata: \n\n"),
        ("models", 'data: {"number":1}\n\ndata: {"number":2}\n\ndata: {"number":3}\n\n'),
        ("values", 'data: {"point":{"x":1,"y":2}}\n\ndata: [1.5,null]\n\ndata: null\n\ndata: text\n\n'),
        (
            "fields",
            ": hi\nevent: note\nid: 7\nretry: 500\ndata: text\n\n"
            'data: {"a":"b\\nc"}\n\n'
            'event: order\ndata: {"number":4}\n\n'
            ": only\n\n"
            "id: 8\n\n"
            'data: {"number":5}\n\n',
        ),
        (
            "typed",
            'event: order\ndata: {"number":6}\n\ndata: text\n\ndata: {"number":7}\n\nid: 9\n\n',
        ),
        ("empty", ""),
        ("natives", "data: /events/natives True\n\n"),
    ],
)
def test_values_are_framed(path: str, body: str) -> None:
    answer = client_of(Events).get(f"/events/{path}")
    assert answer.status_code == 200
    assert answer.content.decode() == body


def test_headers_keep_proxies_and_caches_out_of_the_way() -> None:
    headers = client_of(Events).get("/events/text").headers
    assert dict(headers) == {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
    }


def test_head_has_the_headers_and_starts_nothing() -> None:
    started: list[str] = []

    @rest_controller
    class Watched:
        @sse_mapping("/watched/{n:int}")
        async def watched(self, n: int) -> AsyncIterator[str]:
            started.append("watched")
            yield ""

    client = client_of(Watched)
    answer = client.head("/watched/1")
    assert (answer.status_code, answer.content, started) == (200, b"", [])
    assert answer.headers == client.get("/watched/1").headers
    assert started == ["watched"]


async def test_head_to_a_client_that_left_raises_nothing_but_the_server_s_own_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def send(message: MutableMapping[str, Any]) -> None:
        raise OSError("the connection is gone")

    wire = Wire("/events/text", method="HEAD")
    wire.send = send  # type: ignore[method-assign]  # a server that refuses
    with pytest.raises(OSError, match="the connection is gone"):
        await wire.open(app_of(Events))
    assert caplog.records == []


def test_last_event_id_is_read() -> None:
    client = client_of(Events)
    assert client.get("/events/resumed/a").text == "id: 0\ndata: a\n\nid: 1\ndata: a\n\n"
    answer = client.get("/events/resumed/b?limit=1", headers={"Last-Event-ID": "7"})
    assert answer.text == "id: 8\ndata: b\n\n"


def test_every_fault_is_told_before_the_stream_starts() -> None:
    answer = client_of(Events).get("/events/resumed/a?limit=x", headers={"Last-Event-ID": "y"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [(fault["where"], fault["name"]) for fault in answer.json()["errors"]] == [
        ("header", "last-event-id"),
        ("query", "limit"),
    ]
    assert client_of(Events).head("/events/resumed/a?limit=x").status_code == 422


def test_other_methods_are_a_405() -> None:
    answer = client_of(Events).post("/events/text")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_each_event_is_sent_as_soon_as_it_is_yielded() -> None:
    step = asyncio.Event()

    @rest_controller
    class Steps:
        @sse_mapping("/steps")
        async def steps(self) -> AsyncIterator[str]:
            yield "first"
            await step.wait()
            yield "second"

    wire = Wire("/steps")
    task = wire.open(app_of(Steps))
    await wire.until(lambda: wire.body == b"data: first\n\n")
    step.set()
    await task
    assert wire.body == b"data: first\n\ndata: second\n\n"
    assert wire.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.mark.parametrize("source", ["registrar", "settings"])
async def test_silence_is_filled_with_comments(source: str) -> None:
    enough = asyncio.Event()

    @rest_controller
    class Quiet:
        @sse_mapping("/quiet")
        async def quiet(self) -> AsyncIterator[str]:
            await enough.wait()
            yield "x"

    if source == "registrar":
        app = app_of(Quiet, keep_alive=0.001)
    else:
        context = ApplicationContext(settings=Settings(sse_keep_alive=0.001))
        context.register(Quiet)
        app = Starlette(routes=SSERegistrar().collect_routes(context))
    wire = Wire("/quiet")
    task = wire.open(app)
    await wire.until(lambda: wire.body.count(b":\n\n") >= 3)
    enough.set()
    await task
    assert wire.body.strip(b":\n") == b"data: x"


def test_keep_alive_has_a_default_in_foreign_containers() -> None:
    assert TestClient(app_of(Events, keep_alive=None)).get("/events/empty").status_code == 200


# --- endings


def endless(log: list[str]) -> type:
    @rest_controller
    class Endless:
        @sse_mapping("/waiting")
        async def waiting(self) -> AsyncIterator[str]:
            try:
                yield "first"
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                log.append("closed")

        @sse_mapping("/busy")
        async def busy(self) -> AsyncIterator[str]:
            try:
                while True:
                    yield "tick"
                    await asyncio.sleep(0)
            finally:
                await asyncio.sleep(0)
                log.append("closed")

    return Endless


@pytest.mark.parametrize("path", ["/waiting", "/busy"])
@pytest.mark.parametrize("ending", ["departure", "cancellation"])
async def test_generator_is_closed_when_its_request_ends(
    path: str, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    log: list[str] = []
    wire = Wire(path)
    before = asyncio.all_tasks()
    task = wire.open(app_of(endless(log)))
    await wire.until(lambda: b"data" in wire.body)
    if ending == "departure":
        wire.gone.set()
        await task
    else:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert task.cancelled()
    assert log == ["closed"]
    assert caplog.records == []
    assert asyncio.all_tasks() == before


async def test_slow_client_holds_the_generator_back_and_may_leave() -> None:
    yielded: list[int] = []
    log: list[str] = []

    @rest_controller
    class Fast:
        @sse_mapping("/fast")
        async def fast(self) -> AsyncIterator[int]:
            try:
                for number in range(1000):
                    yielded.append(number)
                    yield number
            finally:
                log.append("closed")

    wire = Wire("/fast", taken=asyncio.Semaphore(0))
    task = wire.open(app_of(Fast, keep_alive=0.001))
    await wire.until(lambda: len(wire.sent) == 1)
    for taken in range(1, 4):
        assert wire.taken is not None
        wire.taken.release()
        await wire.until(lambda taken=taken: len(wire.sent) == taken + 1)  # type: ignore[misc]  # bound now
        assert yielded == list(range(taken))
    wire.gone.set()
    await task
    assert (yielded, log) == ([0, 1, 2], ["closed"])


async def test_request_s_beans_live_as_long_as_the_stream() -> None:
    log: list[str] = []
    go_on = asyncio.Event()

    @rest_controller(scope="request")
    class Scoped:
        def __init__(self, request: Request) -> None:
            self.request = request

        @sse_mapping("/scoped")
        async def scoped(self) -> AsyncIterator[str]:
            yield self.request.url.path
            await go_on.wait()
            log.append("streamed")

        @pre_destroy
        def end(self) -> None:
            log.append("end")

    context = ApplicationContext()
    context.register(Scoped)
    wire = Wire("/scoped")
    task = wire.open(app_of(Scoped, context=context))
    await wire.until(lambda: wire.body == b"data: /scoped\n\n")
    assert log == []
    go_on.set()
    await task
    assert log == ["streamed", "end"]
    await context.stop()


# --- failures


@rest_controller
class Failing:
    @sse_mapping("/before/{kind}")
    async def before(self, kind: str) -> AsyncIterator[object]:
        if kind == "problem":
            raise ProblemError(409, "closed", headers={"Retry-After": "5"})
        if kind == "http":
            raise HTTPException(404, "gone", headers={"X-Kept": "yes"})
        if kind == "error":
            raise LookupError("secret")
        yield object()

    @sse_mapping("/after/{kind}")
    async def after(self, kind: str) -> AsyncIterator[object]:
        yield "first"
        if kind == "problem":
            raise ProblemError(409, "closed")
        if kind == "error":
            raise LookupError("secret")
        if kind == "event":
            yield ServerSentEvent(event="a\nb")
        yield object()


def test_problem_before_the_first_event_is_an_ordinary_answer(caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(Failing)
    answer = client.get("/before/problem")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert (answer.json()["detail"], answer.headers["retry-after"]) == ("closed", "5")
    answer = client.get("/before/http")
    assert (answer.status_code, answer.json()["detail"], answer.headers["x-kept"]) == (404, "gone", "yes")
    assert caplog.records == []


@pytest.mark.parametrize("kind", ["error", "unwritable"])
def test_error_before_the_first_event_is_a_500_without_its_text(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = client_of(Failing).get(f"/before/{kind}")
    assert answer.status_code == 500
    assert answer.json() == {"type": "about:blank", "title": "Internal Server Error", "status": 500}
    (record,) = caplog.records
    assert record.getMessage() == f"Failing.before failed: GET '/before/{kind}'"
    assert record.exc_info is not None


def test_error_before_the_first_event_shows_its_text_in_debug() -> None:
    context = ApplicationContext(settings=Settings(debug=True))
    context.register(Failing)
    app = Starlette(routes=SSERegistrar().collect_routes(context))
    assert TestClient(app).get("/before/error").json()["detail"] == "LookupError: secret"


@pytest.mark.parametrize(
    ("kind", "told"),
    [("problem", "409 closed"), ("error", "secret"), ("event", "line break"), ("unwritable", "not JSON")],
)
def test_later_error_is_logged_and_ends_the_stream(kind: str, told: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = client_of(Failing).get(f"/after/{kind}")
    assert (answer.status_code, answer.text) == (200, "data: first\n\n")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage() == "Failing.after failed while its events were streamed"
    assert record.exc_info is not None
    assert told in str(record.exc_info[1])


def test_bean_that_cannot_be_made_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get_bean(self, cls: type[T]) -> T:
            raise LookupError("no such bean")

    assert TestClient(app_of(Events, context=Broken())).get("/events/text").status_code == 500
    assert "Events.text failed: GET '/events/text'" in caplog.text


async def test_server_that_fails_is_told_its_own_error() -> None:
    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            raise RuntimeError("the server is confused")

    wire = Wire("/events/text")
    wire.send = send  # type: ignore[method-assign]  # a server that fails
    with pytest.raises(RuntimeError, match="the server is confused"):
        await wire.open(app_of(Events))


# --- declarations


def test_beans_are_not_asked_for_while_routes_are_collected() -> None:
    asked: list[type] = []

    class Watched:
        def get_bean(self, cls: type[T]) -> T:
            asked.append(cls)
            return cls()

    app = app_of(Events, context=Watched())
    assert asked == []
    TestClient(app).get("/events/text")
    assert asked == [Events]


def test_lone_mapping_attribute_is_adopted() -> None:
    async def ticks(self: Any, n: int) -> AsyncIterator[int]:
        yield n

    vars(ticks)["__pyfly_sse_mapping__"] = {"path": "/ticks/{n:int}"}

    class Adopted:
        handler = ticks

    assert client_of(Adopted).get("/ticks/3").text == "data: 3\n\n"


def test_lone_mapping_attribute_on_what_is_no_async_generator_is_refused_at_its_line() -> None:
    async def once(self: Any) -> str:
        return "once"

    vars(once)["__pyfly_sse_mapping__"] = {"path": "/once"}

    class Adopted:
        handler = once

    with pytest.raises(DeclarationErrors) as caught:
        app_of(Adopted)
    (fault,) = caught.value.faults
    assert fault.source == SourceLocation.of(once)
    assert fault.message.endswith("once is a coroutine without yield; write it with async def and yield each event")


def test_every_fault_is_told_at_start() -> None:
    @rest_controller
    class Wrong:
        @sse_mapping("/a")
        async def a(self, page: int) -> AsyncIterator[int]:
            yield page

        @sse_mapping("/{x}/b")
        async def b(self, x: str, y: str) -> AsyncIterator[str]:
            yield x

    with pytest.raises(DeclarationErrors) as caught:
        app_of(Wrong)
    assert [fault.problem for fault in caught.value.faults] == [
        'path "/a" has no variable for parameter "page"',
        'path "/{x}/b" has no variable for parameter "y"',
    ]


def test_only_the_registry_s_controllers_are_served_where_none_are_named() -> None:
    registry = MetadataRegistry()

    @rest_controller(registry=registry)
    class Own:
        @sse_mapping("/own", registry=registry)
        async def own(self) -> AsyncIterator[str]:
            yield "own"

    routes = SSERegistrar(registry=registry).collect_routes(NewBeans())
    assert [(route.path, route.name) for route in routes] == [("/own", "Own.own")]
    assert TestClient(Starlette(routes=routes)).get("/own").text == "data: own\n\n"


def test_wrapped_generator_is_streamed() -> None:
    def traced(function: Callable[..., AsyncIterator[int]]) -> Callable[..., AsyncIterator[int]]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> AsyncIterator[int]:
            return function(*args, **kwargs)

        return wrapper

    @rest_controller
    class Traced:
        @sse_mapping("/{n:int}")
        @traced
        async def ticks(self, n: int) -> AsyncIterator[int]:
            yield n

    assert client_of(Traced).get("/7").text == "data: 7\n\n"


# --- other people's applications


async def passes(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers["X-Passed"] = "yes"
    return response


@pytest.mark.parametrize("kind", [Starlette, FastAPI])
def test_streams_pass_through_middleware(kind: type[Any]) -> None:
    app = kind(middleware=[Middleware(GZipMiddleware, minimum_size=1), Middleware(BaseHTTPMiddleware, dispatch=passes)])
    app.router.routes.extend(SSERegistrar(controllers=[Events]).collect_routes(NewBeans()))
    answer = TestClient(app).get("/events/resumed/a", headers={"Accept-Encoding": "gzip"})
    assert answer.text == "id: 0\ndata: a\n\nid: 1\ndata: a\n\n"
    assert answer.headers["x-passed"] == "yes"


async def test_generator_is_closed_behind_middleware_when_the_client_goes() -> None:
    log: list[str] = []
    app = Starlette(
        routes=SSERegistrar(controllers=[endless(log)]).collect_routes(NewBeans()),
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=passes)],
    )
    wire = Wire("/waiting")
    task = wire.open(app)
    await wire.until(lambda: b"data: first" in wire.body)
    wire.gone.set()
    await task
    assert log == ["closed"]


class Feed(Generic[T]):
    @sse_mapping("/feed")
    async def feed(self, since: QueryParam[T]) -> AsyncIterator[T]:
        yield since


class Dated(BaseModel):
    day: int


class DatedFeed(Feed[int]): ...


class SecretFeed(Generic[T]):
    @sse_mapping("/secret")
    async def secret(self) -> AsyncIterator[T]:
        yield {"day": 1, "secret": 2}  # type: ignore[misc]  # only what the type declares goes out


class DatedSecretFeed(SecretFeed[Dated]): ...


def test_type_variables_of_a_base_controller_are_filled_in_by_the_derived_one() -> None:
    client = client_of(DatedFeed, DatedSecretFeed)
    assert client.get("/feed?since=x").status_code == 422
    assert client.get("/feed?since=3").text == "data: 3\n\n"
    assert client.get("/secret").text == 'data: {"day":1}\n\n'
