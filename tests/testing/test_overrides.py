"""Beans are replaced for a block, whether or not they have been made."""

from __future__ import annotations

import gc
from typing import Any, Protocol

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pyfly import create_app
from pyfly.application import collect_routes
from pyfly.container import Container, bean, configuration, rest_controller, service
from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.testing import OverrideError, connect, replace_beans, running
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

REGISTRY = MetadataRegistry()


class Clock(Protocol):
    def hour(self) -> int: ...


@service(registry=REGISTRY)
class RealClock:
    def hour(self) -> int:
        return 12


@service(registry=REGISTRY)
class Greeter:
    def __init__(self, clock: RealClock) -> None:
        self.clock = clock

    def greet(self) -> str:
        return f"it is {self.clock.hour()}"


@rest_controller(registry=REGISTRY)
class GreetingController:
    def __init__(self, greeter: Greeter) -> None:
        self.greeter = greeter

    @websocket_mapping("/greet", registry=REGISTRY)
    async def greet(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        async for _ in session:
            await session.send(self.greeter.greet())

    @get_mapping("/greet", registry=REGISTRY)
    async def get(self) -> str:
        return self.greeter.greet()


class Midnight:
    def hour(self) -> int:
        return 0


@pytest.fixture
def context() -> ApplicationContext:
    context = ApplicationContext(settings=Settings(), registry=REGISTRY)
    for cls in (RealClock, Greeter, GreetingController):
        context.register(cls)
    return context


@pytest.fixture
def app(context: ApplicationContext) -> Starlette:
    return create_app(context=context)


async def greeting(app: Starlette) -> str:
    async with connect(app, GreetingController.greet) as client:
        await client.send("")
        return await client.receive()


async def test_bean_is_replaced_before_the_start(app: Starlette) -> None:
    with replace_beans(app, {RealClock: Midnight()}):
        assert await greeting(app) == "it is 0"
    assert await greeting(app) == "it is 12"


async def test_bean_is_replaced_while_the_application_runs(app: Starlette, context: ApplicationContext) -> None:
    async with running(app):
        assert await greeting(app) == "it is 12"
        made = context.get_bean(Greeter)
        with replace_beans(app, {RealClock: Midnight()}):
            assert await greeting(app) == "it is 0"
            assert context.get_bean(Greeter) is not made
        assert await greeting(app) == "it is 12"
        assert context.get_bean(Greeter) is made


async def test_open_connections_keep_their_controller(app: Starlette) -> None:
    async with connect(app, GreetingController.greet) as client:
        with replace_beans(app, {RealClock: Midnight()}):
            await client.send("")
            assert await client.receive() == "it is 12"


async def test_controller_may_be_replaced(app: Starlette, context: ApplicationContext) -> None:
    class Other(GreetingController):
        def __init__(self) -> None:
            super().__init__(Greeter(Midnight()))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    with replace_beans(context, {GreetingController: Other()}):
        assert await greeting(app) == "it is 0"


def test_beans_are_replaced_for_http_too(app: Starlette) -> None:
    with TestClient(app) as http:
        with replace_beans(app, {RealClock: Midnight()}):
            assert http.get("/greet").json() == "it is 0"
        assert http.get("/greet").json() == "it is 12"


def test_beans_of_routes_in_another_application_are_replaced(context: ApplicationContext) -> None:
    app = Starlette(routes=collect_routes(context))
    with TestClient(app) as http, replace_beans(app, {RealClock: Midnight()}):
        assert http.get("/greet").json() == "it is 0"


def test_beans_are_back_after_an_error(context: ApplicationContext) -> None:
    with pytest.raises(LookupError), replace_beans(context, {RealClock: Midnight()}):
        raise LookupError
    assert context.get_bean(Greeter).greet() == "it is 12"


def test_nothing_is_replaced_when_one_cannot_be(context: ApplicationContext) -> None:
    with pytest.raises(OverrideError), replace_beans(context, {RealClock: Midnight(), dict: {}}):
        raise AssertionError
    assert context.get_bean(Greeter).greet() == "it is 12"


def problem_of(target: object, replacements: dict[type[Any], object]) -> str:
    with pytest.raises(OverrideError) as wrong, replace_beans(target, replacements):
        raise AssertionError
    return str(wrong.value)


def test_unknown_beans_are_told(context: ApplicationContext) -> None:
    class RealClok: ...

    class Elsewhere: ...

    assert problem_of(context, {RealClok: 1}) == "there is no bean of type RealClok to replace; did you mean RealClock?"
    assert problem_of(context, {Elsewhere: 1}) == (
        "there is no bean of type Elsewhere to replace; mark a class that is an Elsewhere with @component, or write a "
        "@bean method that returns one"
    )


def test_ambiguous_beans_are_told() -> None:
    class Shape: ...

    class Circle(Shape): ...

    class Square(Shape): ...

    container = Container(MetadataRegistry())
    container.register(Circle)
    container.register(Square)
    assert problem_of(container, {Shape: Shape()}).startswith("2 beans of type Shape: ")


def test_configurations_are_told() -> None:
    registry = MetadataRegistry()

    @configuration(registry=registry)
    class Config:
        @bean(registry=registry)
        def midnight(self) -> Midnight:
            return Midnight()

    container = Container(registry)
    container.register(Config)
    assert problem_of(container, {Config: 1}) == (
        "Config cannot be replaced: it is a configuration that makes Midnight; replace the beans that it makes"
    )
    with replace_beans(container, {Midnight: RealClock()}):
        assert container.get_bean(Midnight).hour() == 12
    assert container.get_bean(Midnight).hour() == 0


def test_targets_without_beans_are_told() -> None:
    class Foreign:
        def get_bean(self, cls: type[Any]) -> Any:
            return cls()

    async def plain(scope: Any, receive: Any, send: Any) -> None: ...

    assert problem_of(create_app(GreetingController, context=Foreign()), {RealClock: 1}).endswith(
        "come from a Foreign; replace them there"
    )
    assert problem_of(plain, {RealClock: 1}).endswith(
        "has no beans; give an application made by create_app, an ApplicationContext or a Container"
    )


def test_replaced_bean_is_not_kept_alive(context: ApplicationContext) -> None:
    class Fake(Midnight): ...

    with replace_beans(context, {RealClock: Fake()}):
        context.get_bean(Greeter)
    gc.collect()
    assert not [found for found in gc.get_objects() if type(found) is Fake]
