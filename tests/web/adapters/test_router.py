"""The router with an index: what it finds, answers and leaves to others is what Starlette's router does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.convertors import Convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Match, Mount, NoMatchFound, Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from pyfly.metadata import PathTemplate
from pyfly.web.adapters.router import IndexedRouter
from pyfly.web.adapters.template_routes import TemplateRoute, template_of

UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
METHODS = ("GET", "HEAD", "POST", "PUT")

words = st.sampled_from(["a", "b", "7", "1.5", "a.json"])
variables = st.sampled_from(["{}", "{}", "{:int}", "{:float}", "{:uuid}", "{}.json", "{:int}-{}", "a{}"])
tails = st.sampled_from(["", "", "", "/", "/{:path}"])
# Beyond pyfly's grammar, and served all the same.
odd_tails = st.sampled_from(["/{:path}/a", "/b c"])
texts_of_variables = st.sampled_from(["a", "7", "007", "1.5", UUID, "a.json", "7-b", "", "A", "b c", "a\nb", "\n"])


@st.composite
def templates(draw: st.DrawFn, tails: st.SearchStrategy[str]) -> str:
    text = "".join(f"/{segment}" for segment in draw(st.lists(words | variables, max_size=2))) + draw(tails)
    for number in range(text.count("{")):
        text = re.sub(r"\{(?=[:}])", f"{{v{number}", text, count=1)
    return text or "/"


class Serves:
    """An ASGI application that says who it is."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4000, "reason": self.name})
        else:
            await PlainTextResponse(self.name)(scope, receive, send)


class TemplatedRoute(TemplateRoute, Route):
    """As a controller's route is built."""

    def __init__(self, path: str, app: Serves, methods: Sequence[str]) -> None:
        super().__init__("/", app, methods=methods)
        self.take_template(PathTemplate.parse(path))


class TemplatedWebSocketRoute(TemplateRoute, WebSocketRoute):
    """As a session's route is built."""

    def __init__(self, path: str, app: Serves) -> None:
        super().__init__("/", app)
        self.take_template(PathTemplate.parse(path))


class OwnMatches(Route):
    """A route that serves more than its path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches({**scope, "path": scope["path"].lower()})


@dataclass(frozen=True)
class Declared:
    """A route to be made: the same for each router that is compared."""

    kind: str
    path: str
    methods: tuple[str, ...] = ("GET",)

    def make(self, name: str) -> BaseRoute:
        app = Serves(name)
        match self.kind:
            case "ours":
                return TemplatedRoute(self.path, app, self.methods)
            case "our websocket":
                return TemplatedWebSocketRoute(self.path, app)
            case "plain":
                return Route(self.path, app, methods=self.methods)
            case "any method":
                return Route(self.path, app)
            case "plain websocket":
                return WebSocketRoute(self.path, app)
            case "mount":
                return Mount(self.path.replace(":path", ""), app)
            case "mounted routes":
                inner = [Route("/", app), Route("/a", app, methods=["PUT"])]
                return Mount(self.path.replace(":path", ""), routes=inner)
            case "host":
                return Host("other.example", app)
            case _:
                return OwnMatches(self.path, app, methods=self.methods)


ours = st.sampled_from(["ours", "ours", "our websocket"])
all_kinds = ours | st.sampled_from(
    ["plain", "any method", "plain websocket", "mount", "mounted routes", "host", "own matches"]
)


@st.composite
def declarations(draw: st.DrawFn, kinds: st.SearchStrategy[str] = all_kinds) -> Declared:
    kind = draw(kinds)
    path = draw(templates(tails if kind.startswith("our") else tails | odd_tails))
    return Declared(kind, path, tuple(draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=2))))


@st.composite
def requests_to(draw: st.DrawFn, table: list[Declared]) -> Scope:
    """Return the scope of a request that many of the table's routes may serve."""
    text = draw(st.sampled_from([declared.path for declared in table])) if table else "/a"
    path = re.sub(r"\{.*?\}", lambda _: draw(texts_of_variables), text)
    path += draw(st.sampled_from(["", "", "", "", "/", "//", "\n", "/a", "/a/b", "b"]))
    root = draw(st.sampled_from(["", "", "/a", "/a/", "/7"]))
    path = draw(st.sampled_from(["", root])) + path
    scope: Scope = {"path": path, "root_path": root, "query_string": b""}
    scope["headers"] = [(b"host", draw(st.sampled_from([b"testserver", b"other.example"])))]
    if draw(st.booleans()):
        scope["path_params"] = {"outer": "1"}
    if draw(st.sampled_from([False, False, True])):
        return {**scope, "type": "websocket", "scheme": "ws"}
    return {**scope, "type": "http", "scheme": "http", "method": draw(st.sampled_from([*METHODS, "BREW"]))}


def answer(router: Router, given_scope: Scope) -> tuple[list[Message], Scope]:
    """Return what a router sends, and the scope as it leaves it."""
    scope, sent = dict(given_scope), list[Message]()

    async def receive() -> Message:
        raise AssertionError("nothing is to be received")

    async def send(message: Message) -> None:
        sent.append(message)

    # Nothing here waits for anything, so a router runs to its end at once, and a thousand of them in no time.
    with pytest.raises(StopIteration):
        router(scope, receive, send).send(None)
    assert scope.pop("router") is router
    return [_comparable(message) for message in sent], scope


def _comparable(message: Message) -> Message:
    # A set of methods has no order.
    headers = [(name, sorted(value.split(b", "))) for name, value in message.get("headers", [])]
    return {**message, "headers": headers}


def check_alike(table: list[BaseRoute], scope: Scope) -> None:
    expected = answer(Router(table), scope)
    assert answer(IndexedRouter(table), scope) == expected


@settings(max_examples=150)
@given(table=st.lists(declarations(), max_size=8), data=st.data())
def test_a_router_with_an_index_answers_as_starlette_s_does(table: list[Declared], data: st.DataObject) -> None:
    check_alike(
        [declared.make(str(position)) for position, declared in enumerate(table)], data.draw(requests_to(table))
    )


@settings(max_examples=150)
@given(table=st.lists(declarations(ours), max_size=8), data=st.data())
def test_so_it_does_for_templates_in_the_order_of_precedence(table: list[Declared], data: st.DataObject) -> None:
    ordered = sorted(table, key=lambda declared: PathTemplate.parse(declared.path).specificity)
    check_alike(
        [declared.make(str(position)) for position, declared in enumerate(ordered)], data.draw(requests_to(table))
    )


OTHER_HOST = [(b"host", b"other.example")]
GET: Scope = {"type": "http", "method": "GET", "root_path": "", "headers": [], "query_string": b"", "scheme": "http"}


@pytest.mark.parametrize(
    ("table", "scope"),
    [
        ([Declared("plain", "/{x}"), Declared("plain", "/b")], {**GET, "path": "/b\n"}),
        ([Declared("ours", "/b"), Declared("ours", "/{x}")], {**GET, "path": "/b\n"}),
        ([Declared("ours", "/{rest:path}")], {**GET, "path": "/a\nb"}),
        ([Declared("ours", "/a"), Declared("ours", "/{x}", ("PUT",))], {**GET, "path": "/a", "method": "POST"}),
        ([Declared("our websocket", "/a"), Declared("ours", "/a")], {**GET, "path": "/a"}),
        ([Declared("ours", "/bc")], {**GET, "path": "/a/bc", "root_path": "/a"}),
        ([Declared("ours", "/abc")], {**GET, "path": "/abc", "root_path": "/a"}),
        ([Declared("ours", "/a/b"), Declared("ours", "/b")], {**GET, "path": "/a/b", "root_path": "/a/"}),
        ([Declared("mount", "/a"), Declared("ours", "/{rest:path}")], {**GET, "path": "/a", "root_path": "/a"}),
        ([Declared("ours", "/{rest:path}")], {**GET, "path": "*", "method": "OPTIONS"}),
        (
            [Declared("host", ""), Declared("ours", "/a")],
            {**GET, "path": "/a", "headers": OTHER_HOST},
        ),
    ],
)
def test_corners_are_starlette_s(table: list[Declared], scope: Scope) -> None:
    check_alike([declared.make(str(position)) for position, declared in enumerate(table)], scope)


def named(name: str) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return PlainTextResponse(f"{name} {request.path_params or ''}".strip())

    return endpoint


def texts(router: Router, *requested: str) -> list[str]:
    client = TestClient(router, raise_server_exceptions=False)
    return [client.get(path, follow_redirects=False).text for path in requested]


CHANGES: dict[str, Callable[[list[BaseRoute]], object]] = {
    "append": lambda routes: routes.append(Route("/x/y", named("new"))),
    "extend": lambda routes: routes.extend([Route("/x/y", named("new"))]),
    "insert": lambda routes: routes.insert(0, Route("/{any}", named("new"))),
    "remove": lambda routes: routes.remove(routes[0]),
    "pop": lambda routes: routes.pop(0),
    "clear": lambda routes: routes.clear(),
    "sort": lambda routes: routes.sort(key=lambda route: route.name, reverse=True),  # type: ignore[attr-defined]
    "reverse": lambda routes: routes.reverse(),
    "set": lambda routes: routes.__setitem__(0, Route("/new", named("new"))),
    "slice": lambda routes: routes.__setitem__(slice(0, 1), [Route("/new", named("new"))]),
    "del": lambda routes: routes.__delitem__(0),
    "iadd": lambda routes: routes.__iadd__([Route("/x/y", named("new"))]),
    "imul": lambda routes: routes.__imul__(0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_route_list_may_be_changed_at_any_time(change: str) -> None:
    routes = [Route("/old", named("old"), name="a"), Route("/{any}", named("any"), name="b")]
    router, plain = IndexedRouter(routes), Router(routes)
    before = texts(router, "/old", "/new", "/x/y")
    assert before == ["old", "any {'any': 'new'}", "Not Found"]
    CHANGES[change](router.routes)
    CHANGES[change](plain.routes)
    after = texts(plain, "/old", "/new", "/x/y")
    assert after != before
    assert texts(router, "/old", "/new", "/x/y") == after


def test_a_change_that_fails_leaves_the_list_as_it_was() -> None:
    router = IndexedRouter([Route("/old", named("old"))])
    with pytest.raises(ValueError, match="not in list"):
        router.routes.remove(Route("/other", named("other")))
    assert texts(router, "/old") == ["old"]


def test_routes_may_be_replaced_as_a_whole() -> None:
    router = IndexedRouter([Route("/old", named("old"))])
    assert texts(router, "/old") == ["old"]
    router.routes = [Route("/new", named("new"))]
    assert texts(router, "/old", "/new") == ["Not Found", "new"]
    assert router == Router([*router.routes])


def test_an_application_s_own_ways_to_add_routes_work() -> None:
    app = Starlette()
    app.router = IndexedRouter([Route("/a/{name}", named("first"), name="first")])
    client = TestClient(app)
    assert client.get("/b/c").status_code == 404
    app.add_route("/b/{name}", named("added"), name="added")
    app.mount("/m", PlainTextResponse("mounted"), name="mounted")
    app.host("other.example", PlainTextResponse("hosted"))
    assert client.get("/b/c").text == "added {'name': 'c'}"
    assert client.get("/m/x/y").text == "mounted"
    assert client.get("/nowhere", headers={"host": "other.example"}).text == "hosted"
    assert app.url_path_for("first", name="x") == "/a/x"
    assert app.url_path_for("mounted", path="/x") == "/m/x"
    with pytest.raises(NoMatchFound):
        app.url_path_for("nothing")


def test_what_a_router_takes_is_kept() -> None:
    class Marks:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app({**scope, "path_params": {"marked": "1"}}, receive, send)

    router = IndexedRouter(
        [Route("/a/", named("a"))],
        redirect_slashes=False,
        default=PlainTextResponse("default"),
        middleware=[Middleware(Marks)],
    )
    assert texts(router, "/a/", "/a", "/b") == ["a {'marked': '1'}", "default", "default"]


def test_slashes_are_redirected_with_the_query() -> None:
    client = TestClient(IndexedRouter([Route("/a/", named("a")), Route("/b", named("b"), methods=["PUT"])]))
    moved = client.get("/a?x=1", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, "http://testserver/a/?x=1")
    assert client.get("/b///", follow_redirects=False).headers["location"] == "http://testserver/b"


def test_a_router_runs_its_lifespan() -> None:
    steps: list[str] = []

    class Lifespan:
        def __init__(self, app: object) -> None: ...

        async def __aenter__(self) -> None:
            steps.append("start")

        async def __aexit__(self, *exc_info: object) -> None:
            steps.append("stop")

    with TestClient(IndexedRouter([Route("/a", named("a"))], lifespan=Lifespan)) as client:
        assert client.get("/a").text == "a"
        assert steps == ["start"]
    assert steps == ["start", "stop"]


def test_a_number_too_long_to_convert_is_no_match_of_a_template() -> None:
    router = IndexedRouter([TemplatedRoute("/{n:int}", Serves("number"), ["GET"])])
    assert texts(router, "/7", "/" + "9" * 5000) == ["number", "Not Found"]


@pytest.mark.parametrize("when", ["before the first request", "afterwards, in a changed list"])
@pytest.mark.parametrize("route", [Route("/abc", named("it")), TemplatedRoute("/abc", Serves("it"), ["GET"])])
def test_a_regular_expression_of_the_application_s_own_is_obeyed(route: Any, when: str) -> None:
    original = route.path_regex
    router = IndexedRouter([route])
    if when.startswith("afterwards"):
        assert texts(router, "/ABC") == ["Not Found"]
        router.routes.append(Route("/other", named("other")))
    route.path_regex = re.compile(original.pattern, re.IGNORECASE)
    try:
        assert template_of(route) is None
        assert texts(router, "/ABC") == ["it"]
    finally:
        route.path_regex = original


def test_a_converter_of_the_application_s_own_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hexadecimal(Convertor[int]):
        regex = "[0-9a-f]+"

        def convert(self, value: str) -> int:
            return int(value, 16)

        def to_string(self, value: int) -> str:
            return f"{value:x}"

    monkeypatch.setitem(sys.modules["starlette.convertors"].__dict__["CONVERTOR_TYPES"], "int", Hexadecimal())
    monkeypatch.setitem(sys.modules["starlette.convertors"].__dict__["CONVERTOR_TYPES"], "hex", Hexadecimal())
    for route in (
        Route("/{n:int}", named("it")),
        Route("/{n:hex}", named("it")),
        TemplatedRoute("/{n:int}", Serves("it {'n': 255}"), ["GET"]),
    ):
        assert template_of(route) is None
        assert texts(IndexedRouter([route]), "/ff") == ["it {'n': 255}"]
        assert route.url_path_for(route.name, n=255) == "/ff"


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a/", "/{x}", "/{x:int}/{y:uuid}.json", "/{x}-{y:float}/b.c", "/a/{rest:path}"]
)
def test_a_route_of_a_template_is_what_starlette_makes_of_its_path(path: str) -> None:
    plain, ours = Route(path, Serves("it"), methods=["GET"]), TemplatedRoute(path, Serves("it"), ["GET"])
    unasked = ours.compiled_regex
    assert unasked is None
    assert ours.path_regex == plain.path_regex
    assert ours.path_regex is ours.compiled_regex
    assert ours.path == plain.path
    assert ours.path_format == plain.path_format
    assert ours.param_convertors == plain.param_convertors


@pytest.mark.parametrize(
    ("route", "template"),
    [
        (Route("/a/{b:int}", named("it")), "/a/{b:int}"),
        (WebSocketRoute("/a", Serves("it")), "/a"),
        (Mount("/a/{b}", Serves("it")), "/a/{b}/{path:path}"),
        (Mount("", Serves("it")), "/{path:path}"),
        (Route("/{rest:path}/end", named("it")), None),
        (Route("/a//b", named("it")), None),
        (Route("/a b", named("it")), None),
        (Host("example.com", Serves("it")), None),
        (OwnMatches("/a", named("it")), None),
    ],
)
def test_routes_that_match_by_their_path_alone_are_indexed(route: BaseRoute, template: str | None) -> None:
    found = template_of(route)
    assert (found and found.text) == template
