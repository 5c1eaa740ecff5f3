"""BlackSheep."""

# Annotations are evaluated where they stand: BlackSheep reads them.

from typing import TYPE_CHECKING, Any, cast

from blacksheep import Application, Response, WebSocket, WebSocketDisconnectError, json
from blacksheep.server.routing import Router

from benchmarks.peers import Peer
from benchmarks.suites.models import Item

if TYPE_CHECKING:
    from benchmarks import asgi


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnectError:
        pass


async def handshake(websocket: WebSocket, room: str) -> None:
    await websocket.accept()
    await websocket.close()


async def item(item_id: int) -> Response:
    return json(Item.numbered(item_id).model_dump(mode="json"))


def websocket_application(path: str, handler: Any) -> "asgi.Application":
    """Make an application of one WebSocket handler."""
    router: Router = Router()
    router.add_ws(path, handler)
    return cast("asgi.Application", Application(router=router))


def item_application() -> "asgi.Application":
    """Make an application that answers with an item."""
    router: Router = Router()
    router.add_get("/items/{item_id}", item)
    return cast("asgi.Application", Application(router=router))


PEER = Peer(
    echo={"BlackSheep": lambda: websocket_application("/echo", echo)},
    handshake={"BlackSheep": lambda: websocket_application("/rooms/{room}", handshake)},
    item={"BlackSheep": item_application},
    imported={"BlackSheep": "from blacksheep import Application"},
)
