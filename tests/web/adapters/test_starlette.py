"""HTTP handlers served through Starlette: arguments in, answers out."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.testclient import TestClient
from typing_extensions import TypedDict

from pyfly.application import create_app
from pyfly.container import controller, post_construct, rest_controller, service
from pyfly.context import ApplicationContext
from pyfly.metadata import DeclarationErrors, MetadataRegistry
from pyfly.web import (
    Body,
    Cookie,
    FromBody,
    FromCookie,
    FromHeader,
    FromQuery,
    Header,
    QueryParam,
    delete_mapping,
    get_mapping,
    patch_mapping,
    post_mapping,
    put_mapping,
    request_mapping,
)
from pyfly.web.adapters.starlette import ControllerRegistrar

PATIENCE = 10.0
T = TypeVar("T")


class NewBeans:
    """A foreign container that makes each bean anew."""

    def get_bean(self, cls: type[T]) -> T:
        return cls()


def app_of(*controllers: type, context: Any = None) -> Starlette:
    return Starlette(routes=ControllerRegistrar(controllers=controllers).collect_routes(context or NewBeans()))


def client_of(*controllers: type) -> TestClient:
    return TestClient(app_of(*controllers))


async def call(
    app: Any, path: str, *, method: str = "GET", messages: tuple[MutableMapping[str, Any], ...] = ()
) -> list[MutableMapping[str, Any]]:
    """Send one request as a server would, in the running event loop; what the application sent."""
    incoming = iter(messages or ({"type": "http.request", "body": b"", "more_body": False},))
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    async with asyncio.timeout(PATIENCE):
        await app(scope, receive, send)
    return sent


# --- answers


class Order(BaseModel):
    number: int
    secret: str = Field(default="hidden", exclude=True)
    placed_by: str = Field(default="ada", serialization_alias="placedBy")


class Rush(Order):
    surcharge: int = 5


@dataclass
class Point:
    x: int
    y: int


class Tag(TypedDict):
    name: str


@rest_controller
class Shapes:
    @get_mapping("/model")
    async def model(self) -> Order:
        return Order(number=1)

    @get_mapping("/subclass")
    async def subclass(self) -> Order:
        return Rush(number=1)

    @get_mapping("/unannotated")
    async def unannotated(self):  # type: ignore[no-untyped-def]  # what is under test
        return {"orders": [Order(number=2)], "point": Point(1, 2)}

    @get_mapping("/dict-for-model")
    async def dict_for_model(self) -> Order:
        found: Any = {"number": "3", "surplus": True}
        return found  # type: ignore[no-any-return]  # what is under test

    @get_mapping("/dataclass")
    def point(self) -> Point:
        return Point(1, 2)

    @get_mapping("/typeddict")
    def typed_dict(self) -> Tag:
        return {"name": "new"}

    @get_mapping("/list")
    def models(self) -> list[Order]:
        return [Order(number=1), Rush(number=2)]

    @get_mapping("/iterator")
    def iterator(self) -> Iterator[Point]:
        return iter([Point(1, 2)])

    @get_mapping("/none")
    def none(self) -> None: ...

    @get_mapping("/maybe")
    def maybe(self) -> Order | None:
        return None

    @get_mapping("/text")
    def text(self) -> str:
        return "é\n"

    @get_mapping("/number")
    def number(self) -> float:
        return 1.5


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/model", {"number": 1, "placedBy": "ada"}),
        ("/subclass", {"number": 1, "placedBy": "ada"}),
        ("/unannotated", {"orders": [{"number": 2, "placedBy": "ada"}], "point": {"x": 1, "y": 2}}),
        ("/dict-for-model", {"number": 3, "placedBy": "ada"}),
        ("/dataclass", {"x": 1, "y": 2}),
        ("/typeddict", {"name": "new"}),
        ("/list", [{"number": 1, "placedBy": "ada"}, {"number": 2, "placedBy": "ada"}]),
        ("/iterator", [{"x": 1, "y": 2}]),
        ("/none", None),
        ("/maybe", None),
        ("/text", "é\n"),
        ("/number", 1.5),
    ],
)
def test_rest_controller_s_values_become_the_json_their_annotation_says(path: str, written: object) -> None:
    answer = client_of(Shapes).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == written
    assert answer.headers["content-length"] == str(len(answer.content))


@rest_controller
class Responses:
    @get_mapping("/response", status_code=202)
    def response(self) -> Response:
        return PlainTextResponse("as it is", status_code=418, headers={"X-Kept": "yes"})

    @get_mapping("/either/{plain}", status_code=202)
    async def either(self, plain: bool) -> Order | JSONResponse:
        return JSONResponse({"own": True}) if plain else Order(number=1)

    @get_mapping("/stream")
    def stream(self) -> StreamingResponse:
        return StreamingResponse(iter([b"a", b"b"]), media_type="text/plain")

    @delete_mapping("/empty-response", status_code=204)
    def empty_response(self) -> Response:
        return Response(status_code=200, content=b"kept")


def test_response_is_sent_as_it_is() -> None:
    client = client_of(Responses)
    answer = client.get("/response")
    assert (answer.status_code, answer.text, answer.headers["x-kept"]) == (418, "as it is", "yes")
    assert client.get("/stream").text == "ab"
    answer = client.delete("/empty-response")
    assert (answer.status_code, answer.text) == (200, "kept")


def test_response_or_value_may_be_returned_by_one_handler() -> None:
    client = client_of(Responses)
    answer = client.get("/either/true")
    assert (answer.status_code, answer.json()) == (200, {"own": True})
    answer = client.get("/either/false")
    assert (answer.status_code, answer.json()) == (202, {"number": 1, "placedBy": "ada"})


@pytest.mark.parametrize(
    ("mapping", "method"),
    [
        (get_mapping, "GET"),
        (post_mapping, "POST"),
        (put_mapping, "PUT"),
        (patch_mapping, "PATCH"),
        (delete_mapping, "DELETE"),
    ],
)
def test_each_mapping_answers_its_method_with_its_status(mapping: Callable[..., Any], method: str) -> None:
    @rest_controller
    @request_mapping("/api")
    class Status:
        @mapping("/x", status_code=207)  # type: ignore[untyped-decorator]  # five in one test
        def x(self) -> str:
            return method

    answer = client_of(Status).request(method, "/api/x")
    assert (answer.status_code, answer.json()) == (207, method)


@pytest.mark.parametrize(("status_code", "length"), [(204, None), (205, "0"), (304, None)])
@pytest.mark.parametrize("kind", [rest_controller, controller])
def test_status_without_content_has_no_body_whatever_is_returned(
    kind: Any, status_code: int, length: str | None
) -> None:
    class Quiet:
        @post_mapping("/quiet", status_code=status_code)
        async def quiet(self) -> object:
            return object()

    answer = client_of(kind(Quiet)).post("/quiet")
    assert (answer.status_code, answer.content) == (status_code, b"")
    assert answer.headers.get("content-length") == length
    assert "content-type" not in answer.headers


@controller
class Pages:
    @get_mapping("/page", status_code=203)
    def page(self) -> str:
        return "<h1>é</h1>"

    @get_mapping("/response")
    async def response(self) -> Response:
        return PlainTextResponse("plain")

    @get_mapping("/wrong")
    def wrong(self) -> dict[str, int]:
        return {"a": 1}


def test_controller_s_text_is_html() -> None:
    answer = client_of(Pages).get("/page")
    assert (answer.status_code, answer.text) == (203, "<h1>é</h1>")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert client_of(Pages).get("/response").headers["content-type"] == "text/plain; charset=utf-8"


def test_controller_s_other_values_are_errors_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = client_of(Pages).get("/wrong")
    assert answer.status_code == 500
    assert "detail" not in answer.json()
    assert (
        "Pages.wrong returned dict; a @controller returns a Response or HTML text, "
        "a @rest_controller whatever becomes JSON"
    ) in caplog.text


def test_value_that_does_not_fit_its_annotation_is_an_error_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    @rest_controller
    class Liar:
        @get_mapping("/order")
        async def order(self) -> Order:
            wrong: Any = {"number": "many"}
            return wrong  # type: ignore[no-any-return]  # what is under test

    answer = client_of(Liar).get("/order")
    assert (answer.status_code, answer.json()) == (
        500,
        {"type": "about:blank", "title": "Internal Server Error", "status": 500},
    )
    assert 'Liar.order returned dict, which does not fit its annotation "Order"' in caplog.text


# --- handlers


def test_sync_handler_runs_in_a_worker_thread_while_the_loop_serves_others() -> None:
    released = threading.Event()
    loop_thread: list[int] = []
    worker_thread: list[int] = []

    @rest_controller
    class Both:
        @get_mapping("/wait")
        def wait(self) -> bool:
            worker_thread.append(threading.get_ident())
            return released.wait(PATIENCE)

        @get_mapping("/release")
        async def release(self) -> None:
            loop_thread.append(threading.get_ident())
            released.set()

    async def scenario() -> None:
        app = app_of(Both)
        answers = await asyncio.gather(call(app, "/wait"), call(app, "/release"))
        assert answers[0][1]["body"] == b"true"

    asyncio.run(scenario())
    assert worker_thread != loop_thread


async def test_async_handlers_run_concurrently() -> None:
    released = asyncio.Event()

    @rest_controller
    class Both:
        @get_mapping("/wait")
        async def wait(self) -> str:
            await released.wait()
            return "released"

        @get_mapping("/release")
        async def release(self) -> None:
            released.set()

    app = app_of(Both)
    answers = await asyncio.gather(call(app, "/wait"), call(app, "/release"))
    assert answers[0][1]["body"] == b'"released"'


async def test_sync_handler_sees_the_context_of_its_request() -> None:
    user: ContextVar[str] = ContextVar("user")

    @rest_controller
    class Who:
        @get_mapping("/who")
        def who(self) -> str:
            return user.get()

    user.set("ada")
    assert (await call(app_of(Who), "/who"))[1]["body"] == b'"ada"'


def test_plain_function_around_a_coroutine_is_awaited() -> None:
    def traced(function: Callable[..., Awaitable[str]]) -> Callable[..., Awaitable[str]]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Awaitable[str]:
            return function(*args, **kwargs)

        return wrapper

    @rest_controller
    class Traced:
        @get_mapping("/{name}")
        @traced
        async def name(self, name: str) -> str:
            return name

    assert client_of(Traced).get("/ada").json() == "ada"


def test_overridden_handler_answers_at_its_base_s_mapping() -> None:
    class Base:
        @get_mapping("/name")
        def name(self) -> str:
            return "base"

    @rest_controller
    class Derived(Base):
        def name(self) -> str:
            return f"derived from {super().name()}"

    assert client_of(Derived).get("/name").json() == "derived from base"


@pytest.mark.parametrize("is_async", [True, False])
def test_generator_handler_is_refused_at_its_line(is_async: bool) -> None:
    async def stream(self: Any) -> AsyncIterator[int]:
        yield 1

    def values(self: Any) -> Iterator[int]:
        yield 1

    handler: Any = stream if is_async else values

    @rest_controller
    class Streams:
        chosen = get_mapping("/stream")(handler)

    line = Streams.__dict__["chosen"].__code__.co_firstlineno
    with pytest.raises(DeclarationErrors) as caught:
        app_of(Streams)
    (fault,) = caught.value.faults
    assert fault.message == (
        "Streams.chosen is a generator, and GET answers once; "
        "map it with @sse_mapping, or return a StreamingResponse around it"
    )
    assert fault.source is not None
    assert fault.source.file == __file__
    assert fault.source.line > line


def test_every_fault_of_every_controller_is_told_at_start() -> None:
    @rest_controller
    class One:
        @get_mapping("/a")
        def a(self, page: int) -> None: ...

        @get_mapping("/b/{x:int}")
        def b(self, x: bytes, y: QueryParam) -> None: ...  # type: ignore[type-arg]  # what the test is about

    @rest_controller
    class Two:
        @get_mapping("/c")
        def c(self, body: Body[int]) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        app_of(One, Two)
    text = str(caught.value)
    for problem in (
        'path "/a" has no variable for parameter "page"',
        'parameter "y" of ',
        'parameter "body" of ',
    ):
        assert problem in text


# --- arguments


@rest_controller
@request_mapping("/arguments")
class Arguments:
    @get_mapping("/path/{name}/{number:int}/{rest:path}")
    def path(self, name: str, number: int, rest: str) -> list[Any]:
        return [name, number, rest]

    @get_mapping("/query")
    def query(
        self,
        q: QueryParam[str],
        page: QueryParam[int] = 1,
        tags: Annotated[list[str], FromQuery("tag")] = [],  # noqa: B006  # never changed
        maybe: QueryParam[bool | None] = None,
    ) -> list[Any]:
        return [q, page, tags, maybe]

    @get_mapping("/header")
    def header(self, user_agent: Header[str], count: Annotated[int, FromHeader("X-Count")]) -> list[Any]:
        return [user_agent, count]

    @get_mapping("/cookie")
    def cookie(self, theme: Cookie[str] = "light", session: Annotated[str, FromCookie("sid")] = "") -> list[str]:
        return [theme, session]

    @post_mapping("/body")
    async def body(self, order: Body[Order]) -> int:
        return order.number

    @put_mapping("/bytes")
    async def raw(self, content: Annotated[bytes, FromBody]) -> int:
        return len(content)

    @patch_mapping("/optional")
    async def optional(self, order: Body[Order | None] = None) -> int | None:
        return None if order is None else order.number

    @post_mapping("/all/{number:int}")
    def everything(
        self, number: int, page: QueryParam[int], x_count: Header[int], theme: Cookie[int], order: Body[Order]
    ) -> list[int]:
        return [number, page, x_count, theme, order.number]

    @get_mapping("/natives")
    def natives(self, request: Request, connection: HTTPConnection) -> list[Any]:
        return [request.url.path, connection is request]


def test_path_variables_are_converted() -> None:
    answer = client_of(Arguments).get("/arguments/path/a%20b/007/x/y/z")
    assert answer.json() == ["a b", 7, "x/y/z"]


def test_query_parameters_are_validated_and_have_defaults() -> None:
    client = client_of(Arguments)
    assert client.get("/arguments/query?q=é").json() == ["é", 1, [], None]
    assert client.get("/arguments/query?q=&page=2&tag=a&tag=b&maybe=yes").json() == ["", 2, ["a", "b"], True]


def test_headers_are_found_in_any_case() -> None:
    answer = client_of(Arguments).get("/arguments/header", headers={"User-Agent": "me", "x-COUNT": "3"})
    assert answer.json() == ["me", 3]


def test_cookies_are_found() -> None:
    client = client_of(Arguments)
    assert client.get("/arguments/cookie").json() == ["light", ""]
    answer = client.get("/arguments/cookie", headers={"Cookie": "theme=dark; sid=42"})
    assert answer.json() == ["dark", "42"]


def test_body_is_read_as_json() -> None:
    client = client_of(Arguments)
    assert client.post("/arguments/body", json={"number": 7}).json() == 7
    answer = client.post(
        "/arguments/body",
        content=b'{"number": 8}',
        headers={"Content-Type": "application/vnd.shop+json; charset=utf-8"},
    )
    assert answer.json() == 8


def test_body_of_bytes_is_read_whatever_its_type() -> None:
    assert client_of(Arguments).put("/arguments/bytes", content=b"\x00\xff").json() == 2


def test_optional_body_may_be_missing() -> None:
    assert client_of(Arguments).patch("/arguments/optional").json() is None


def test_request_itself_is_handed_in() -> None:
    assert client_of(Arguments).get("/arguments/natives").json() == ["/arguments/natives", True]


def test_every_fault_is_told_in_one_problem() -> None:
    answer = client_of(Arguments).post(
        "/arguments/all/1?page=x", headers={"X-Count": "y", "Cookie": "theme=z"}, json={"number": "many"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Unprocessable Content", 422)
    assert problem["detail"] == "The request has 4 values that are not valid."
    assert [(fault["where"], fault["name"], fault["type"]) for fault in problem["errors"]] == [
        ("query", "page", "int_parsing"),
        ("header", "x-count", "int_parsing"),
        ("cookie", "theme", "int_parsing"),
        ("body", "number", "int_parsing"),
    ]


def test_everything_missing_is_told_in_one_problem() -> None:
    answer = client_of(Arguments).post("/arguments/all/1")
    assert answer.status_code == 422
    assert [(fault["where"], fault["type"]) for fault in answer.json()["errors"]] == [
        ("query", "missing"),
        ("header", "missing"),
        ("cookie", "missing"),
        ("body", "missing"),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "json_invalid"), (b"[]", "model_type"), (b"\xff", "json_invalid"), (b"null", "model_type")],
)
def test_body_that_is_no_such_json_is_a_422(content: bytes, kind: str) -> None:
    answer = client_of(Arguments).post("/arguments/body", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["where"], fault["name"], fault["type"]) == ("body", "", kind)


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({"Content-Type": "text/plain"}, 'The body\'s media type must be application/json, not "text/plain".'),
        ({}, "The body's media type must be application/json, and the request names none."),
    ],
)
def test_body_of_another_media_type_is_a_415(headers: dict[str, str], detail: str) -> None:
    answer = client_of(Arguments).post("/arguments/body", content=b'{"number": 1}', headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")
    assert answer.headers["accept"] == "application/json"
    assert answer.json()["detail"] == detail


def test_handler_is_not_called_with_arguments_that_do_not_fit() -> None:
    called: list[int] = []

    @rest_controller
    class Careful:
        @get_mapping("/")
        def number(self, n: QueryParam[int]) -> None:
            called.append(n)

    client = client_of(Careful)
    assert client.get("/?n=x").status_code == 422
    assert client.get("/?n=1").status_code == 200
    assert called == [1]


async def test_client_that_leaves_while_its_body_is_read_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(Arguments)
    sent = await call(
        app,
        "/arguments/body",
        method="POST",
        messages=({"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}),
    )
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 400
    assert caplog.records == []


# --- beans


def test_beans_are_not_asked_for_while_routes_are_collected() -> None:
    asked: list[type] = []

    class Watched:
        def get_bean(self, cls: type[T]) -> T:
            asked.append(cls)
            return cls()

    app = app_of(Shapes, context=Watched())
    assert asked == []
    TestClient(app).get("/text")
    assert asked == [Shapes]


def test_foreign_container_s_bean_may_be_awaited() -> None:
    class Later:
        def get_bean(self, cls: type[T]) -> Any:
            async def made() -> T:
                return cls()

            return made()

    assert TestClient(app_of(Shapes, context=Later())).get("/text").json() == "é\n"


def test_foreign_container_s_failure_is_answered_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get_bean(self, cls: type[T]) -> T:
            raise LookupError("no such bean")

    answer = TestClient(app_of(Shapes, context=Broken())).get("/text")
    assert answer.status_code == 500
    assert "Shapes.text failed: GET '/text'" in caplog.text
    assert "LookupError: no such bean" in caplog.text


@service
class Late:
    name = "late"


@rest_controller
class Uses:
    def __init__(self, late: Late) -> None:
        self.late = late

    @get_mapping("/name")
    def name(self) -> str:
        return self.late.name


def test_bean_registered_after_the_routes_were_collected_is_injected() -> None:
    context = ApplicationContext()
    context.register(Uses)
    app = Starlette(routes=ControllerRegistrar().collect_routes(context))
    context.register(Late)
    assert TestClient(app).get("/name").json() == "late"


@pytest.mark.parametrize("scope", ["singleton", "request", "transient"])
def test_bean_that_cannot_be_made_is_answered_and_logged(scope: Any, caplog: pytest.LogCaptureFixture) -> None:
    @rest_controller(scope=scope)
    class Broken:
        @post_construct
        def begin(self) -> None:
            raise OSError("no database")

        @get_mapping("/")
        def never(self) -> None: ...

    context = ApplicationContext()
    context.register(Broken)
    routes = ControllerRegistrar().collect_routes(context)
    answer = TestClient(Starlette(routes=routes)).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "database" not in answer.text
    assert "Broken.never failed: GET '/'" in caplog.text
    assert "no database" in caplog.text


def test_only_the_registry_s_controllers_are_served_where_none_are_named() -> None:
    registry = MetadataRegistry()

    @rest_controller(registry=registry)
    class Own:
        @get_mapping("/own", registry=registry)
        def own(self) -> str:
            return "own"

    routes = ControllerRegistrar(registry=registry).collect_routes(NewBeans())
    assert [route.path for route in routes] == ["/own"]
    assert TestClient(Starlette(routes=routes)).get("/own").json() == "own"


def test_lone_mapping_attribute_is_adopted() -> None:
    def add(self: Any, number: int) -> int:
        return number + 1

    vars(add)["__pyfly_mapping__"] = {"method": "post", "path": "/add/{number:int}", "status_code": 201}

    class Adopted:
        __pyfly_request_mapping__ = "/adopted"
        handler = add

    answer = client_of(Adopted).post("/adopted/add/41")
    assert (answer.status_code, answer.json()) == (201, 42)


def test_generic_controllers_are_served() -> None:
    class Store(Generic[T]):
        @get_mapping("/kind")
        def kind(self) -> str:
            return type(self).__name__

    @rest_controller
    class Orders(Store[Order]): ...

    assert client_of(Orders).get("/kind").json() == "Orders"


@pytest.mark.parametrize("error", [SystemExit(3), asyncio.CancelledError()])
def test_a_handler_that_exits_is_answered_like_any_other_failure(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    @rest_controller
    class Leaving:
        @get_mapping("/leave")
        async def leave(self) -> None:
            raise error

    with TestClient(create_app(Leaving)) as client:
        answer = client.get("/leave")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "Leaving.leave" in caplog.text


async def test_cancelled_request_is_not_answered(caplog: pytest.LogCaptureFixture) -> None:
    waiting = asyncio.Event()

    @rest_controller
    class Patient:
        @get_mapping("/wait")
        async def wait(self) -> None:
            waiting.set()
            await asyncio.Event().wait()

    request = asyncio.create_task(call(app_of(Patient), "/wait"))
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    assert caplog.records == []


class Parcel(BaseModel):
    weight: int


class Shelf(Generic[T]):
    @get_mapping("/items/{key}")
    def item(self, key: T) -> str:
        return repr(key)

    @get_mapping("/search")
    def search(self, text: QueryParam[T]) -> str:
        return repr(text)

    @post_mapping("/items")
    def put(self, item: Body[T]) -> str:
        return repr(item)

    @get_mapping("/first")
    def first(self) -> list[T]:
        return [{"weight": 3, "secret": 4}]  # type: ignore[list-item]  # only what the type declares goes out


class ParcelShelf(Shelf[Parcel]):
    @get_mapping("/items/{key}")
    def item(self, key: str) -> str:  # type: ignore[override]  # a path holds no parcels
        return key

    @get_mapping("/search")
    def search(self, text: QueryParam[str]) -> str:  # type: ignore[override]  # simpler to ask for
        return text


class NumberShelf(Shelf[int]):
    @get_mapping("/first")
    def first(self) -> list[int]:
        return [1]


class OpenShelf(Shelf):  # type: ignore[type-arg]  # left open on purpose
    pass


def test_type_variables_of_a_base_controller_are_filled_in_by_the_derived_one() -> None:
    numbers = client_of(NumberShelf)
    assert numbers.get("/items/7").json() == "7"
    assert numbers.get("/search?text=8").json() == "8"
    assert numbers.get("/items/x").json()["errors"][0]["type"] == "int_parsing"
    parcels = client_of(ParcelShelf)
    assert parcels.post("/items", json={"weight": 1}).json() == "Parcel(weight=1)"
    assert parcels.post("/items", json={}).status_code == 422
    assert parcels.get("/first").json() == [{"weight": 3}]
    open_ = client_of(OpenShelf)
    assert open_.post("/items", json={"weight": 1}).json() == "{'weight': 1}"


def test_messages_name_the_type_that_is_filled_in() -> None:
    class Aisle(Generic[T]):
        @get_mapping("/{number:int}")
        def aisle(self, number: T) -> None: ...

    class Named(Aisle[bytes]): ...

    with pytest.raises(DeclarationErrors) as caught:
        app_of(Named)
    assert [fault.problem for fault in caught.value.faults] == [
        'path "/{number:int}": "{number:int}" gives int, but parameter "number" is "bytes"'
    ]
