"""pyfly itself: in an application of its own, and as routes of somebody else's."""

# Annotations are evaluated where they stand: controllers are made in functions.

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.peers import Peer, pyfly_generated
from benchmarks.serving import serve_with_uvicorn
from benchmarks.suites.models import Chat, Item
from pyfly import create_app
from pyfly.apidocs import asyncapi_document, openapi_document
from pyfly.application import collect_routes
from pyfly.container import rest_controller, service
from pyfly.context import ApplicationContext
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import Rooms

if TYPE_CHECKING:
    from benchmarks.asgi import Application


@rest_controller
class Echo:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            await session.send_text(await session.receive_text())


@service
class Greeter:
    """What the container resolves for a controller."""


@rest_controller
class Handshake:
    def __init__(self, greeter: Greeter) -> None:
        self._greeter = greeter

    @websocket_mapping("/rooms/{room}")
    async def enter(self, session: WebSocketSession) -> None:
        await session.accept()


@rest_controller
class NamedRoom:
    def __init__(self, greeter: Greeter) -> None:
        self._greeter = greeter

    @websocket_mapping("/rooms/{room}")
    async def enter(self, session: WebSocketSession, room: str) -> None:
        await session.accept()


@rest_controller
class TypedChat:
    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession[Chat, Chat]) -> None:
        await session.accept()
        while True:
            await session.send(await session.receive())


@rest_controller
class IteratedChat:
    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession[Chat, Chat]) -> None:
        await session.accept()
        async for message in session:
            await session.send(message)


@rest_controller
class Items:
    @get_mapping("/items/{item_id}")
    async def find(self, item_id: int) -> Item:
        return Item.numbered(item_id)


@rest_controller
class Room:
    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @websocket_mapping("/room")
    async def talk(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        async with self._rooms.join("one", session) as room:
            async for text in session:
                await room.publish(text)


def own_application(*controllers: type) -> "Application":
    """Make an application of controllers."""
    return cast("Application", create_app(*controllers))


def in_starlette(*controllers: type) -> "Application":
    """Make a stock Starlette application with the routes of controllers."""
    context = ApplicationContext()
    for controller in controllers:
        context.register(controller)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with context:
            yield

    return cast("Application", Starlette(routes=collect_routes(context), lifespan=lifespan))


async def wrapped_echo(websocket: WebSocket) -> None:
    """Echo through a session around Starlette's own WebSocket."""
    session = WebSocketSession(websocket)
    await session.accept()
    try:
        while True:
            await session.send_text(await session.receive_text())
    except WebSocketDisconnect:
        pass


def wrapped() -> "Application":
    """Make a stock Starlette application whose endpoint wraps what it is given."""
    return cast("Application", Starlette(routes=[WebSocketRoute("/echo", wrapped_echo)]))


def both(*controllers: type) -> dict[str, Callable[[], "Application"]]:
    """Return both ways to serve controllers."""
    return {
        "pyfly": partial(own_application, Greeter, *controllers),
        "pyfly in Starlette": partial(in_starlette, Greeter, *controllers),
    }


def openapi(endpoints: int) -> Callable[[], dict[str, Any]]:
    """Build an application, and return what makes its OpenAPI document."""
    return partial(openapi_document, pyfly_generated.build(endpoints).state.context)


def asyncapi(endpoints: int) -> Callable[[], dict[str, Any]]:
    """Build an application of sessions, and return what makes its AsyncAPI document."""
    return partial(asyncapi_document, pyfly_generated.build_sessions(endpoints).state.context)


PEER = Peer(
    echo=both(Echo) | {"pyfly around Starlette's WebSocket": wrapped},
    handshake=both(Handshake) | {"pyfly, room as argument": partial(own_application, Greeter, NamedRoom)},
    typed={
        "pyfly": partial(own_application, TypedChat),
        "pyfly, async for": partial(own_application, IteratedChat),
    },
    item={"pyfly": partial(own_application, Items)},
    routed={"pyfly": pyfly_generated.build_small},
    indexed=True,
    built={"pyfly": pyfly_generated.build},
    documents={"pyfly": openapi, "pyfly, sessions": asyncapi},
    imported={
        "pyfly": "import pyfly",
        "create_app": "from pyfly import create_app",
        "create_app, first use": "import pyfly.application",
    },
    rooms={"pyfly": partial(own_application, Room)},
    servers={"pyfly": lambda port: serve_with_uvicorn(own_application(Echo), port)},
)
