"""Handlers are found wherever an application serves them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

from pyfly import create_app
from pyfly.application import collect_routes
from pyfly.container import rest_controller
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.testing import EndpointError, connect
from pyfly.testing.adapters.starlette import answering_route, contexts_of
from pyfly.web import get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

REGISTRY = MetadataRegistry()


class Base:
    @websocket_mapping("/shared", registry=REGISTRY)
    async def shared(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        await session.send(f"{type(self).__name__} {session.path_params.get('tenant')}")


@rest_controller(registry=REGISTRY)
@request_mapping("/first", registry=REGISTRY)
class FirstController(Base):
    @websocket_mapping("/own", registry=REGISTRY)
    async def own(self, session: WebSocketSession[str, str]) -> None:
        await self.shared(session)

    @get_mapping("/page", registry=REGISTRY)
    async def page(self) -> str:
        return ""

    async def unmapped(self, session: WebSocketSession[str, str]) -> None: ...

    async def onw(self, session: WebSocketSession[str, str]) -> None: ...


@rest_controller(registry=REGISTRY)
@request_mapping("/second", registry=REGISTRY)
class SecondController(Base):
    pass


@rest_controller(registry=REGISTRY)
class OverridingController(FirstController):
    async def own(self, session: WebSocketSession[str, str]) -> None:
        await self.shared(session)


def context_of(*controllers: type) -> ApplicationContext:
    context = ApplicationContext(settings=Settings(), registry=REGISTRY)
    for controller in controllers:
        context.register(controller)
    return context


def app_of(*controllers: type) -> Starlette:
    return create_app(context=context_of(*controllers))


async def problem_of(app: Any, handler: Any, **options: Any) -> str:
    with pytest.raises(EndpointError) as wrong:
        async with connect(app, handler).using(**options):
            pass
    return str(wrong.value)


async def test_handler_is_found_below_mounts_with_their_variables() -> None:
    app = Starlette(routes=[Mount("/v1", routes=[Mount("/{tenant}", app_of(FirstController))])])
    async with connect(app, FirstController.own).using(path_params={"tenant": "acme"}) as client:
        assert client.url == "/v1/acme/first/own"
        assert await client.receive() == "FirstController acme"


async def test_handler_is_found_within_middleware() -> None:
    async with connect(CORSMiddleware(app_of(FirstController), allow_origins=["*"]), FirstController.own) as client:
        assert await client.receive() == "FirstController None"


async def test_handler_is_found_in_fastapi() -> None:
    context = context_of(FirstController)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with context:
            yield

    app = FastAPI(lifespan=lifespan)
    app.router.routes.extend(collect_routes(context))
    assert contexts_of(app) == [context]
    async with connect(app, FirstController.own) as client:
        assert await client.receive() == "FirstController None"


async def test_inherited_handler_is_one_controllers() -> None:
    async with connect(app_of(SecondController), SecondController.shared) as client:
        assert await client.receive() == "SecondController None"


async def test_handler_of_several_controllers_is_chosen() -> None:
    app = app_of(FirstController, SecondController)
    assert await problem_of(app, SecondController.shared) == (
        "Base.shared belongs to several controllers: FirstController at /first/shared and SecondController at "
        "/second/shared; choose one: connect(...).using(controller=FirstController)"
    )
    async with connect(app, SecondController.shared).using(controller=SecondController) as client:
        assert await client.receive() == "SecondController None"
    assert await problem_of(app, Base.shared, controller=OverridingController) == (
        "the application does not serve OverridingController.shared; it serves FirstController.own, "
        "FirstController.shared, SecondController.shared; scan its module, or register its controller"
    )


async def test_other_handlers_are_told_apart() -> None:
    app = app_of(FirstController)
    page: Any = FirstController.page
    assert await problem_of(app, page) == (
        "FirstController.page is no WebSocket handler, but GET /first/page; "
        "ask it with Starlette's TestClient or httpx2"
    )
    assert await problem_of(app, FirstController.unmapped) == (
        "the application does not serve FirstController.unmapped; it serves FirstController.own, "
        "FirstController.shared; map it with @websocket_mapping in a controller"
    )
    assert (await problem_of(app, FirstController.onw)).endswith("; did you mean FirstController.own?")
    assert await problem_of(app_of(OverridingController), FirstController.own) == (
        "FirstController.own is overridden where it is served; did you mean OverridingController.own?"
    )
    assert await problem_of(app_of(SecondController), FirstController.own) == (
        "the application does not serve FirstController.own; it serves SecondController.shared; "
        "scan its module, or register its controller"
    )
    assert await problem_of(Starlette(), FirstController.own) == (
        "the application does not serve FirstController.own; it serves no WebSocket handler at all; "
        "scan its module, or register its controller"
    )
    assert await problem_of(app, 3) == "3 is no handler; name the method as its class has it: ChatController.chat"


async def test_handler_of_a_module_that_was_loaded_twice_is_told() -> None:
    async def own(self: Any, session: WebSocketSession[str, str]) -> None: ...

    own.__qualname__ = "FirstController.own"
    assert await problem_of(app_of(FirstController), own) == (
        "the application serves the FirstController.own of another class of that name; "
        "its module was loaded twice: import it by one name"
    )


async def test_application_that_shows_no_routes_is_told() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    assert (await problem_of(app, FirstController.own)).endswith(
        "does not show its routes; connect to the Starlette application in it, or by its path: connect_path(app, ...)"
    )
    assert contexts_of(app) == []


def test_answering_route_is_the_first_that_matches() -> None:
    app = Starlette(routes=[Mount("/v1", app_of(FirstController))])
    route: Any = answering_route(app, "/v1/first/own")
    assert route.name == "FirstController.own"
    assert answering_route(app, "/v1/nowhere") is None
    assert answering_route(app, "/nowhere") is None
