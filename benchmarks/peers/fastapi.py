"""FastAPI."""

# Annotations are evaluated where they stand: the models are made in a loop.

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import Depends, FastAPI, Header, Query, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter

from benchmarks.peers import Peer
from benchmarks.suites.generated import EACH, model_pair
from benchmarks.suites.models import Chat, Item

if TYPE_CHECKING:
    from benchmarks.asgi import Application


class Greeter:
    """What a handshake depends on."""


GREETER = Greeter()
ADAPTER: TypeAdapter[Chat] = TypeAdapter(Chat)


async def greeter() -> Greeter:
    return GREETER


def echo() -> "Application":
    app = FastAPI()

    @app.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except WebSocketDisconnect:
            pass

    return cast("Application", app)


def handshake() -> "Application":
    app = FastAPI()

    @app.websocket("/rooms/{room}")
    async def enter(websocket: WebSocket, room: str, greeter: Annotated[Greeter, Depends(greeter)]) -> None:
        await websocket.accept()
        await websocket.close()

    return cast("Application", app)


def typed() -> "Application":
    app = FastAPI()

    @app.websocket("/chat")
    async def chat(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                message = ADAPTER.validate_python(await websocket.receive_json())
                await websocket.send_json(message.model_dump())
        except WebSocketDisconnect:
            pass

    return cast("Application", app)


def item() -> "Application":
    app = FastAPI()

    @app.get("/items/{item_id}")
    async def find(item_id: int) -> Item:
        return Item.numbered(item_id)

    return cast("Application", app)


def routed(endpoints: int) -> "Application":
    """Build an application of so many endpoints that answer with nothing."""
    app = FastAPI()
    for number in range(endpoints):

        async def find(item_id: str) -> None:
            return None

        app.get(f"/group{number // EACH}/items{number}/{{item_id}}")(find)
    return cast("Application", app)


def build(endpoints: int) -> Any:
    """Build an application whose endpoints take and answer with models, half of them GET and half POST."""
    app = FastAPI()
    for number in range(endpoints):
        part, item = model_pair(number)

        async def find(
            item_id: int,
            limit: Annotated[int, Query(ge=1, le=100)] = 20,
            order: str = "name",
            x_trace: Annotated[str | None, Header()] = None,
        ) -> list[item]:  # type: ignore[valid-type]
            """Find items.

            The *newest* ones come first.
            """
            return []

        async def store(
            item_id: int,
            body: part,  # type: ignore[valid-type]
            limit: Annotated[int, Query(ge=1, le=100)] = 20,
            x_trace: Annotated[str | None, Header()] = None,
        ) -> item:  # type: ignore[valid-type]
            """Store an item.

            The *newest* ones come first.
            """

        path = f"/group{number // EACH}/items{number}/{{item_id}}"
        if number % 2:
            app.post(path, name=f"store{number}", tags=[f"group{number // EACH}"])(store)
        else:
            app.get(path, name=f"find{number}", tags=[f"group{number // EACH}"])(find)
    return app


def openapi(endpoints: int) -> Callable[[], dict[str, Any]]:
    """Build an application, and return what makes its OpenAPI document."""
    make: Callable[[], dict[str, Any]] = build(endpoints).openapi
    return make


PEER = Peer(
    echo={"FastAPI": echo},
    handshake={"FastAPI": handshake},
    typed={"FastAPI": typed},
    item={"FastAPI": item},
    routed={"FastAPI": routed},
    built={"FastAPI": build},
    documents={"FastAPI": openapi},
    imported={"FastAPI": "from fastapi import FastAPI"},
)
