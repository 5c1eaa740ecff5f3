from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Host, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from pyfly.application import collect_routes, create_app
from pyfly.cli.adapters.starlette import contexts_of, routes_of
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.web import get_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/rooms")
class RoomController:
    @get_mapping("/{room}")
    def room(self, room: str) -> str:
        return room

    @sse_mapping("/{room}/events")
    async def events(self, room: str) -> AsyncIterator[str]:
        yield room

    @websocket_mapping("/{room}/talk")
    async def talk(self, session: WebSocketSession) -> None: ...


def hello(request: Request) -> Response:
    return Response()


async def talk(websocket: Any) -> None: ...


class Page(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return Response()

    async def delete(self, request: Request) -> Response:
        return Response()


class Anything:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...


def shown(application: object) -> list[tuple[str, str, str]]:
    return [(route.kind, route.path, route.handler) for route in routes_of(application)]


def test_mapped_methods_are_listed_with_their_controller_and_place() -> None:
    routes = routes_of(create_app(RoomController))
    assert [(route.kind, route.path, route.handler) for route in routes] == [
        ("GET", "/rooms/{room}", "RoomController.room"),
        ("SSE", "/rooms/{room}/events", "RoomController.events"),
        ("WebSocket", "/rooms/{room}/talk", "RoomController.talk"),
    ]
    for route in routes:
        assert route.controller is RoomController
        assert route.source is not None
        assert Path(route.source.file) == Path(__file__)


def test_foreign_routes_show_what_is_known() -> None:
    app = Starlette(
        routes=[
            Route("/hello", hello),
            Route("/change", hello, methods=["PUT", "DELETE"]),
            Route("/page", Page),
            Route("/any", Anything()),
            Route("/partial", functools.partial(hello)),
            WebSocketRoute("/talk", talk),
        ]
    )
    assert shown(app) == [
        ("GET", "/hello", "hello"),
        ("DELETE", "/change", "hello"),
        ("PUT", "/change", "hello"),
        ("GET", "/page", "Page"),
        ("DELETE", "/page", "Page"),
        ("ANY", "/any", "Anything"),
        ("GET", "/partial", "hello"),
        ("WebSocket", "/talk", "talk"),
    ]
    source = routes_of(app)[0].source
    assert source is not None
    assert source.line == hello.__code__.co_firstlineno


def test_mounted_applications_are_listed_below_their_path(tmp_path: Path) -> None:
    inner = Starlette(routes=[Mount("/rooms", create_app(RoomController)), Route("/hello", hello)])
    app = Starlette(
        routes=[
            Mount("/v1", GZipMiddleware(inner)),
            Mount("/files", StaticFiles(directory=tmp_path)),
            Mount("/", Anything()),
            Host("api.example.org", Starlette(routes=[Route("/hello", hello)])),
        ]
    )
    assert shown(app) == [
        ("GET", "/v1/rooms/rooms/{room}", "RoomController.room"),
        ("SSE", "/v1/rooms/rooms/{room}/events", "RoomController.events"),
        ("WebSocket", "/v1/rooms/rooms/{room}/talk", "RoomController.talk"),
        ("GET", "/v1/hello", "hello"),
        ("Mount", "/files", "StaticFiles"),
        ("Mount", "/", "Anything"),
        ("GET", "api.example.org/hello", "hello"),
    ]


def test_routers_that_fastapi_includes_are_listed_with_their_prefix() -> None:
    router = APIRouter(prefix="/r")

    @router.get("/x")
    def x() -> None: ...

    @router.websocket("/w")
    async def w(socket: WebSocket) -> None: ...

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/v1")
    app.router.routes.extend(collect_routes(_context()))
    assert shown(app) == [
        ("GET", "/v1/r/x", "x"),
        ("WebSocket", "/v1/r/w", "w"),
        ("GET", "/rooms/{room}", "RoomController.room"),
        ("SSE", "/rooms/{room}/events", "RoomController.events"),
        ("WebSocket", "/rooms/{room}/talk", "RoomController.talk"),
    ]


def test_unknown_kind_of_route_is_listed_by_its_class() -> None:
    class Odd(BaseRoute):
        pass

    assert shown(Starlette(routes=[Odd()])) == [("Odd", "", "Odd")]


def test_page_of_documentation_is_listed_once() -> None:
    app = create_app(context=ApplicationContext(settings=Settings(docs=True)))
    assert [(route.kind, route.path, route.handler) for route in routes_of(Starlette(routes=[Mount("/api", app)]))] == [
        ("Docs", "/api/docs", "API documentation")
    ]


def test_application_that_is_no_router_has_no_routes() -> None:
    assert routes_of(Anything()) == []
    assert contexts_of(Anything()) == []


def test_contexts_are_found_through_middleware_and_mounts_each_once() -> None:
    own, mounted = _context(), _context()
    app = create_app(context=own)
    app.router.routes.append(Mount("/a", create_app(context=mounted)))
    app.router.routes.append(Mount("/b", create_app(context=mounted)))
    assert contexts_of(GZipMiddleware(app)) == [own, mounted]


@pytest.mark.parametrize("make", [Starlette, FastAPI])
def test_context_is_found_by_the_routes_it_serves(make: Callable[[], Starlette]) -> None:
    app, context = make(), _context()
    app.router.routes.extend(collect_routes(context))
    assert contexts_of(app) == [context]


@pytest.mark.parametrize("kind", [Route, WebSocketRoute])
def test_context_is_found_by_routes_of_one_kind_in_an_included_router(kind: type[BaseRoute]) -> None:
    context, router, app = _context(), APIRouter(), FastAPI()
    router.routes.extend(route for route in collect_routes(context) if isinstance(route, kind))
    app.include_router(router, prefix="/api")
    assert contexts_of(app) == [context]


def test_state_of_another_kind_is_no_context() -> None:
    app = Starlette()
    app.state.context = {}
    assert contexts_of(app) == []


def _context() -> ApplicationContext:
    context = ApplicationContext()
    context.register(RoomController)
    return context


@pytest.fixture(autouse=True)
def _without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
