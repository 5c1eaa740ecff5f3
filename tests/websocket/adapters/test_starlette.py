"""WebSocket routes in Starlette applications."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pyfly.container import controller, rest_controller
from pyfly.context import ApplicationContext
from pyfly.metadata import DeclarationErrors, MetadataRegistry
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar

T = TypeVar("T")

registry = MetadataRegistry()


class NewBeans:
    """A foreign container: a new bean each time."""

    def __init__(self) -> None:
        self.asked: list[type] = []

    def get_bean(self, cls: type[T]) -> T:
        self.asked.append(cls)
        return cls()


@rest_controller(registry=registry)
@request_mapping("/ws", registry=registry)
class Rooms:
    @websocket_mapping("/rooms/{name}", registry=registry)
    async def plain(self, session: WebSocketSession, name: str) -> None:
        await session.accept()
        await session.send_text(f"plain {name}")

    @websocket_mapping("/rooms/{n:int}", registry=registry)
    async def number(self, session: WebSocketSession, n: int) -> None:
        await session.accept()
        await session.send_json(n)

    @websocket_mapping("/rooms/lobby", registry=registry)
    async def lobby(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text("lobby")

    @websocket_mapping("/{rest:path}", registry=registry)
    async def rest(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text(session.path_params["rest"])


def app(context: Any = None, **options: Any) -> Starlette:
    return Starlette(routes=WebSocketRegistrar(registry=registry, **options).collect_routes(context or NewBeans()))


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/ws/rooms/lobby", "lobby"),
        ("/ws/rooms/7", "7"),
        ("/ws/rooms/ada", "plain ada"),
        ("/ws/a/b/c", "a/b/c"),
        ("/ws/rooms/" + "9" * 5000, "plain " + "9" * 5000),
    ],
)
def test_the_most_specific_template_wins_whatever_the_order(path: str, answer: str) -> None:
    with TestClient(app()).websocket_connect(path) as client:
        assert client.receive_text() == answer


def test_routes_are_starlette_s_own_most_specific_first_and_named() -> None:
    routes = WebSocketRegistrar(registry=registry).collect_routes(NewBeans())
    assert all(isinstance(route, WebSocketRoute) for route in routes)
    assert [route.path for route in routes] == [
        "/ws/rooms/lobby",
        "/ws/rooms/{n:int}",
        "/ws/rooms/{name}",
        "/ws/{rest:path}",
    ]
    assert app().url_path_for("Rooms.plain", name="x") == "/ws/rooms/x"
    assert repr(routes[0].endpoint) == "<WebSocketEndpoint Rooms.lobby at /ws/rooms/lobby>"


def test_beans_are_not_asked_for_while_routes_are_collected() -> None:
    beans = NewBeans()
    client = TestClient(app(beans))
    assert beans.asked == []
    with client.websocket_connect("/ws/rooms/lobby") as connection:
        connection.receive_text()
    assert beans.asked == [Rooms]


def test_routes_work_below_a_mount() -> None:
    outer = Starlette(routes=[Mount("/app", app())])
    with TestClient(outer).websocket_connect("/app/ws/rooms/lobby") as client:
        assert client.receive_text() == "lobby"


def test_an_unknown_path_is_refused() -> None:
    with pytest.raises(WebSocketDisconnect), TestClient(app()).websocket_connect("/nowhere"):
        pass


def test_headers_and_cookies_of_the_handshake_are_readable() -> None:
    own = MetadataRegistry()

    @controller(registry=own)
    class Reader:
        @websocket_mapping("/read", registry=own)
        async def read(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.send_json(
                {
                    "header": session.headers.get("x-token"),
                    "cookie": session.cookies["c"],
                    "query": session.query_params.getlist("q"),
                }
            )

    routes = WebSocketRegistrar(registry=own).collect_routes(NewBeans())
    client = TestClient(Starlette(routes=routes), cookies={"c": "1"})
    with client.websocket_connect("/read?q=a&q=b", headers={"X-Token": "t"}) as connection:
        assert connection.receive_json() == {"header": "t", "cookie": "1", "query": ["a", "b"]}


def test_two_handlers_of_one_shape_are_an_error_that_names_both_places() -> None:
    own = MetadataRegistry()

    @rest_controller(registry=own)
    class Twice:
        @websocket_mapping("/rooms/{a}", registry=own)
        async def one(self, session: WebSocketSession) -> None: ...

        @websocket_mapping("/rooms/{b}", registry=own)
        async def two(self, session: WebSocketSession) -> None: ...

    first, second = Twice.one.__code__.co_firstlineno, Twice.two.__code__.co_firstlineno
    with pytest.raises(DeclarationErrors) as caught:
        WebSocketRegistrar(registry=own).collect_routes(NewBeans())
    assert str(caught.value) == (
        f'{__file__}:{second}: WebSocket route "/rooms/{{b}}" of Twice.two matches the same paths as "/rooms/{{a}}" of '
        f"Twice.one at {__file__}:{first}; give one of them another path"
    )


def test_an_application_context_knows_its_controllers() -> None:
    context = ApplicationContext()

    @rest_controller
    class Known:
        @websocket_mapping("/known")
        async def known(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.send_text("known")

    context.register(Known)
    routes = WebSocketRegistrar().collect_routes(context)
    with TestClient(Starlette(routes=routes)).websocket_connect("/known") as client:
        assert client.receive_text() == "known"


def test_a_method_with_only_the_attribute_is_adopted() -> None:
    class Foreign:
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.send_text("adopted")

        handle.__dict__.update(__pyfly_ws_mapping__={"path": "/foreign"})

    routes = WebSocketRegistrar(controllers=[Foreign]).collect_routes(NewBeans())
    with TestClient(Starlette(routes=routes)).websocket_connect("/foreign") as client:
        assert client.receive_text() == "adopted"
