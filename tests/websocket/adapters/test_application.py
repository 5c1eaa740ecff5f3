"""The application around an indexed router, and its shorter way to WebSocket handlers."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import WebSocketException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from pyfly.application import create_app
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext
from pyfly.metadata import MetadataRegistry
from pyfly.web import get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import SessionRoute

registry = MetadataRegistry()


@rest_controller(registry=registry)
@request_mapping("/rooms", registry=registry)
class Rooms:
    @websocket_mapping("/{name}", registry=registry)
    async def chat(self, session: WebSocketSession, name: str) -> None:
        await session.accept()
        await session.send_text(f"{name}, wrapped: {is_wrapped()}")

    @websocket_mapping("/{name}/scope", registry=registry)
    async def scope(self, session: WebSocketSession) -> None:
        await session.accept()
        scope = seen[-1]
        url = HTTPConnection(scope).url_for("Rooms.chat", name="other")
        await session.send_json(
            [
                str(url),
                isinstance(scope["route"], SessionRoute),
                scope["endpoint"] is scope["route"].endpoint,
                scope["path_params"],
                scope["router"] is scope["app"].router,
            ]
        )

    @get_mapping("/{name}", registry=registry)
    async def page(self, name: str) -> str:
        return name


def is_wrapped() -> bool:
    """Tell whether the exception middleware is among those who called."""
    return any(frame.filename.endswith("starlette/middleware/exceptions.py") for frame in inspect.stack(0))


def new_app() -> Starlette:
    context = ApplicationContext(registry=registry)
    context.register(Rooms)
    return create_app(context=context)


def heard(app: ASGIApp, path: str = "/rooms/lobby", **options: Any) -> str:
    with TestClient(app).websocket_connect(path, **options) as client:
        return client.receive_text()


seen: list[Scope] = []


class Sees:
    """Middleware that keeps each scope."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await self.app(scope, receive, send)


class Marks:
    """Middleware that puts its name into the path."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self.app = app
        self.name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "path": f"{scope['path']}-{self.name}"}, receive, send)


def test_a_handler_is_reached_before_the_exception_middleware_wraps_send() -> None:
    assert heard(new_app()) == "lobby, wrapped: False"
    outer = Starlette(routes=[Mount("/outer", new_app())])
    assert heard(outer, "/outer/rooms/lobby") == "lobby, wrapped: True"  # by the outer application


def test_its_scope_is_what_starlette_s_router_makes_it() -> None:
    app = new_app()
    app.add_middleware(Sees)
    with TestClient(app).websocket_connect("/rooms/lobby/scope") as client:
        assert client.receive_json() == ["ws://testserver/rooms/other", True, True, {"name": "lobby"}, True]


def test_middleware_of_the_application_runs_before_it() -> None:
    app = new_app()
    app.add_middleware(Marks, name="inner")
    app.add_middleware(Marks, name="outer")
    app.user_middleware.append(Middleware(Marks, name="last"))
    assert heard(app) == "lobby-outer-inner-last, wrapped: False"
    assert [middleware.kwargs["name"] for middleware in app.user_middleware] == ["outer", "inner", "last"]


def test_middleware_around_what_an_application_has_built_runs_before_it() -> None:
    app = new_app()
    assert heard(app) == "lobby, wrapped: False"
    built = app.middleware_stack
    assert built is not None
    app.middleware_stack = Marks(built, name="late")
    assert heard(app) == "lobby-late, wrapped: False"


def test_middleware_of_the_router_runs_before_it() -> None:
    app = new_app()
    app.router.middleware_stack = Marks(app.router.middleware_stack, name="routed")
    assert heard(app) == "lobby-routed, wrapped: True"


def test_a_router_of_the_application_s_own_is_obeyed() -> None:
    app = new_app()
    app.router = Router(routes=app.routes)
    assert heard(app) == "lobby, wrapped: True"


def test_websocket_routes_of_others_keep_their_exception_handlers() -> None:
    async def refuse(websocket: WebSocket) -> None:
        raise WebSocketException(4001, "full")

    told: list[str] = []

    async def tell(websocket: WebSocket, error: Exception) -> None:
        told.append(str(error))
        await websocket.close(4002)

    app = new_app()
    app.router.routes.append(WebSocketRoute("/theirs", refuse))
    app.add_exception_handler(WebSocketException, tell)
    with pytest.raises(WebSocketDisconnect) as caught, TestClient(app).websocket_connect("/theirs"):
        pass
    assert (caught.value.code, told) == (4002, ["4001: full"])


def test_an_unknown_path_is_refused_as_by_starlette() -> None:
    for app in (new_app(), Starlette()):
        with pytest.raises(WebSocketDisconnect) as caught, TestClient(app).websocket_connect("/nowhere"):
            pass
        assert caught.value.code == 1000


def test_routes_that_the_application_puts_before_it_win() -> None:
    async def theirs(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("theirs")
        await websocket.close()

    async def home(request: Request) -> PlainTextResponse:
        return PlainTextResponse("home")

    app = new_app()
    assert heard(app) == "lobby, wrapped: False"
    app.router.routes.insert(0, WebSocketRoute("/rooms/lobby", theirs))
    app.router.routes.insert(0, Host("other.example", Router(routes=[WebSocketRoute("/rooms/{name}", theirs)])))
    app.add_route("/rooms/{name}/home", home)
    assert heard(app) == "theirs"
    assert heard(app, "/rooms/kitchen") == "kitchen, wrapped: False"
    assert heard(app, "/rooms/kitchen", headers={"host": "other.example"}) == "theirs"
    client = TestClient(app)
    assert client.get("/rooms/lobby/home").text == "home"
    assert client.get("/rooms/lobby").json() == "lobby"


def test_its_routes_are_those_of_the_controllers() -> None:
    app = new_app()
    names = [route.name for route in app.routes if isinstance(route, Route | SessionRoute)]
    assert sorted(names) == ["Rooms.chat", "Rooms.page", "Rooms.scope"]
    assert len(app.routes) == 3
    assert app.url_path_for("Rooms.page", name="x") == "/rooms/x"
