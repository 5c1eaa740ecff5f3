"""Applications put together from packages, modules, classes and contexts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import types
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import pyfly
from pyfly.application import ApplicationError, collect_routes, create_app
from pyfly.container import post_construct, pre_destroy, rest_controller, service
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import DeclarationErrors
from pyfly.web import Body, get_mapping, post_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

T = TypeVar("T")

ECHO = """
from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/ws")
class EchoController:

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            msg = await session.receive_text()
            await session.send_text(f"echo: {msg}")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with the guide's echo controller in a module of its own."""
    name = "shop_under_test"
    root = tmp_path / name
    root.mkdir()
    (root / "__init__.py").write_text("")
    (root / "echo.py").write_text(ECHO)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for module in [each for each in sys.modules if each.split(".")[0] == name]:
        del sys.modules[module]


@service
class Clock:
    def __init__(self) -> None:
        self.log: list[str] = []

    @post_construct
    def begin(self) -> None:
        self.log.append("begin")

    @pre_destroy
    def end(self) -> None:
        self.log.append("end")


@rest_controller
class EndlessController:
    @websocket_mapping("/endless")
    async def endless(self, session: WebSocketSession) -> None:
        await session.accept()
        await asyncio.Event().wait()


@rest_controller
@request_mapping("/api")
class ClockController:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    @get_mapping("/log")
    async def log(self) -> list[str]:
        return self.clock.log

    @get_mapping("/{name}")
    def named(self, name: str) -> dict[str, str]:
        return {"name": name}

    @post_mapping("/log", status_code=201)
    def write(self) -> None:
        self.clock.log.append("written")

    @sse_mapping("/events")
    async def events(self) -> AsyncIterator[str]:
        yield "tick"

    @websocket_mapping("/ws")
    async def talk(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_json(self.clock.log)


def talk(app: Any, path: str = "/api/ws") -> Any:
    with TestClient(app).websocket_connect(path) as session:
        return session.receive_json()


async def test_the_end_of_the_lifespan_drains_sessions() -> None:
    app = create_app(EndlessController, settings=Settings())
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "websocket.connect"})
    sent: list[Any] = []
    accepted = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(message)
        accepted.set()

    scope = {"type": "websocket", "path": "/endless", "headers": [], "query_string": b"", "app": app}
    async with app.router.lifespan_context(app), asyncio.timeout(10):
        call = asyncio.create_task(app.router(scope, messages.get, send))
        await accepted.wait()
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert sent[1]["code"] == 1001
    await call


def test_a_package_is_scanned(package: str) -> None:
    with TestClient(create_app(package)) as client, client.websocket_connect("/ws/echo") as session:
        session.send_text("hi")
        assert session.receive_text() == "echo: hi"


def test_a_module_object_is_scanned(package: str) -> None:
    module = types.ModuleType(package)
    exec(ECHO.replace("EchoController", "Other"), module.__dict__)
    module.__dict__["Other"].__module__ = package
    app = create_app(module)
    routes: list[Any] = app.routes
    assert [route.path for route in routes] == ["/ws/echo"]


def test_single_classes_are_taken_as_they_are() -> None:
    app = create_app(Clock, ClockController)
    with TestClient(app) as client:
        assert client.get("/api/log").json() == ["begin"]
        assert client.post("/api/log").status_code == 201
        assert client.get("/api/ada").json() == {"name": "ada"}
        assert client.get("/api/events").text == "data: tick\n\n"
        with client.websocket_connect("/api/ws") as session:
            assert session.receive_json() == ["begin", "written"]
        clock = app.state.context.get_bean(Clock)
    assert clock.log == ["begin", "written", "end"]


def test_routes_of_all_kinds_are_ordered_together() -> None:
    routes: list[Any] = [*collect_routes(create_app(Clock, ClockController).state.context)]
    paths = [route.path for route in routes]
    assert paths == ["/api/log", "/api/log", "/api/events", "/api/ws", "/api/{name}"]


def test_it_is_found_at_the_top_of_the_package() -> None:
    with TestClient(pyfly.create_app(Clock, ClockController)) as client:
        assert client.get("/api/log").json() == ["begin"]


def test_nothing_to_serve_is_an_error() -> None:
    with pytest.raises(ApplicationError, match="has nothing to serve; name a package or module, or give a context"):
        create_app()


@pytest.mark.parametrize("wrong", [42, None, ClockController])
def test_what_cannot_be_served_is_named(wrong: Any) -> None:
    source: Any = "json" if wrong is ClockController else wrong
    context: Any = object() if wrong is ClockController else None
    expected = r"needs an object with get_bean\(cls\)" if context else f"classes, not {wrong}"
    with pytest.raises(ApplicationError, match=expected):
        create_app(source, context=context)


def test_settings_beside_a_context_are_an_error() -> None:
    with pytest.raises(ApplicationError, match="give the settings to the context"):
        create_app(settings=Settings(), context=ApplicationContext())


def test_no_controllers_are_told(caplog: pytest.LogCaptureFixture) -> None:
    create_app(Clock)
    assert "no controller with a mapping was found in Clock" in caplog.text
    caplog.clear()
    create_app(context=ApplicationContext())
    assert "no controller with a mapping was found in the context" in caplog.text


def test_settings_reach_the_context() -> None:
    app = create_app(Clock, ClockController, settings=Settings(debug=True))
    assert app.debug
    assert app.state.context.settings.debug


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (Settings(debug=True), "/docs"),
        (Settings(docs=True), "/docs"),
        (Settings(docs=True, docs_path="/internal/api"), "/internal/api"),
    ],
)
def test_documentation_is_served_where_the_settings_say(settings: Settings, path: str) -> None:
    client = TestClient(create_app(Clock, ClockController, settings=settings))
    assert client.get(path).headers["content-type"] == "text/html; charset=utf-8"
    assert "/api/log" in client.get(f"{path}/openapi.json").json()["paths"]


@pytest.mark.parametrize("settings", [Settings(), Settings(debug=True, docs=False)])
def test_documentation_is_not_there_otherwise(settings: Settings) -> None:
    client = TestClient(create_app(Clock, ClockController, settings=settings))
    for path in ("/docs", "/docs/openapi.json", "/docs/assets/docs.js"):
        assert client.get(path).status_code == 404


def test_documentation_is_found_before_a_path_that_takes_everything() -> None:
    @rest_controller
    class Everything:
        @get_mapping("/{rest:path}")
        def rest(self, rest: str) -> str:
            return rest

    client = TestClient(create_app(Everything, settings=Settings(docs=True)))
    assert client.get("/docs").text.startswith("<!doctype html>")
    assert client.get("/docs/assets/docs.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/docs/other").json() == "docs/other"


def test_endpoint_at_the_path_of_the_documentation_wins(caplog: pytest.LogCaptureFixture) -> None:
    @rest_controller
    class Own:
        @get_mapping("/docs")
        def docs(self) -> str:
            return "own"

    client = TestClient(create_app(Own, settings=Settings(docs=True)))
    assert client.get("/docs").json() == "own"
    assert "Own.docs serves /docs, so the API documentation is not there; move it with docs_path" in caplog.text


def test_nothing_of_the_documentation_is_loaded_without_it() -> None:
    code = (
        "import sys, pyfly.application; pyfly.application.create_app('json'); sys.exit('pyfly.apidocs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_unknown_paths_and_methods_are_problems() -> None:
    client = TestClient(create_app(Clock, ClockController))
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = client.delete("/api/log")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


def test_an_application_without_a_lifespan_starts_at_its_first_request() -> None:
    app = create_app(Clock, ClockController)
    outer = Starlette(routes=[Mount("/inner", app)])
    client = TestClient(outer)
    assert client.get("/inner/api/log").json() == ["begin"]
    assert talk(outer, "/inner/api/ws") == ["begin"]


def test_a_started_context_is_served_as_it_is() -> None:
    context = ApplicationContext()
    context.register(Clock)
    context.register(ClockController)
    with TestClient(create_app(context=context)) as client:
        assert client.get("/api/log").json() == ["begin"]


@pytest.mark.parametrize("host", [Starlette, FastAPI])
def test_routes_can_be_added_to_an_existing_application(host: Any) -> None:
    context = ApplicationContext()
    context.register(Clock)
    context.register(ClockController)
    app = host()
    app.router.routes.extend(collect_routes(context))
    assert talk(app) == ["begin"]
    assert TestClient(app).get("/api/log").json() == ["begin"]


class Foreign:
    """A container pyfly knows nothing about."""

    def __init__(self) -> None:
        self.clock = Clock()

    def get_bean(self, cls: type[T]) -> T:
        made = ClockController(self.clock)
        assert isinstance(made, cls)
        return made


def test_a_foreign_container_serves_the_controllers_named() -> None:
    foreign = Foreign()
    foreign.clock.log.append("foreign")
    app = create_app(ClockController, context=foreign)
    with TestClient(app) as client:
        assert client.get("/api/log").json() == ["foreign"]
    assert talk(app) == ["foreign"]
    assert app.state.context is foreign


def test_a_foreign_container_serves_all_that_is_declared_in_a_registry() -> None:
    from pyfly.metadata import MetadataRegistry

    own = MetadataRegistry()

    @rest_controller(registry=own)
    class Only(ClockController): ...

    class Beans:
        def get_bean(self, cls: type[Any]) -> Any:
            return cls(Clock())

    app = Starlette(routes=collect_routes(Beans(), registry=own))
    assert TestClient(app).get("/api/log").json() == []


def test_everything_wrong_is_told_in_one_go() -> None:
    @rest_controller
    class Wrong:
        @get_mapping("/a/{x}")
        def http(self) -> None: ...

        @sse_mapping("/a/{y}")
        async def stream(self) -> AsyncIterator[str]:
            yield ""

        @get_mapping("/b")
        def unknown(self, page: int) -> None: ...

        @websocket_mapping("/c")  # type: ignore[type-var]  # the mistake under test
        async def bare(self) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        create_app(Wrong)
    text = str(caught.value)
    assert text.startswith("3 faults:")
    assert 'path "/b" has no variable for parameter "page"' in text
    assert "Wrong.bare takes no session" in text
    assert "Wrong.stream" in text
    assert "matches the same paths as" in text


class Said(BaseModel):
    kind: Literal["said"]


class Repeated(BaseModel):
    kind: Literal["said"]


Ambiguous = Annotated[Said | Repeated, Field(discriminator="kind")]


def test_a_type_that_pydantic_finds_wrong_is_told_wherever_it_is_named() -> None:
    @rest_controller
    class Wrong:
        @post_mapping("/http")
        def http(self, said: Body[Ambiguous]) -> Ambiguous:
            return said

        @sse_mapping("/stream")
        async def stream(self) -> AsyncIterator[Ambiguous]:
            yield Said(kind="said")

        @websocket_mapping("/in")
        async def incoming(self, session: WebSocketSession[Ambiguous, str]) -> None: ...

        @websocket_mapping("/out")
        async def outgoing(self, session: WebSocketSession[str, Ambiguous]) -> None: ...

    with pytest.raises(DeclarationErrors) as caught:
        create_app(Wrong)
    reason = (
        'pydantic cannot validate "Said | Repeated": '
        "Value 'said' for discriminator 'kind' mapped to multiple choices; mend the type"
    )
    name = f"{Wrong.__qualname__}"
    assert [fault.message for fault in caught.value.faults] == [
        f'parameter "said" of {name}.http: {reason}',
        f"the answer of Wrong.http: {reason}",
        f"the answer of Wrong.stream: {reason}",
        f"@websocket_mapping handler Wrong.incoming can never receive or send: {reason}",
        f"@websocket_mapping handler Wrong.outgoing can never receive or send: {reason}",
    ]
    assert all(fault.source is not None and fault.source.file == __file__ for fault in caught.value.faults)
