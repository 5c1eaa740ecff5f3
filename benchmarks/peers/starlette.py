"""Starlette, with what it leaves to its users done by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.peers import Peer
from benchmarks.serving import serve_with_uvicorn
from benchmarks.suites.generated import EACH, model_pair
from benchmarks.suites.models import Chat, Item

if TYPE_CHECKING:
    from starlette.requests import Request

    from benchmarks.asgi import Application

ADAPTER: TypeAdapter[Chat] = TypeAdapter(Chat)


def application(*routes: BaseRoute) -> Application:
    """Make an application of routes."""
    return cast("Application", Starlette(routes=routes))


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text())
    except WebSocketDisconnect:
        pass


async def handshake(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


async def typed_by_hand(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            message = ADAPTER.validate_python(json.loads(await websocket.receive_text()))
            await websocket.send_text(json.dumps(message.model_dump()))
    except WebSocketDisconnect:
        pass


async def item(request: Request) -> Response:
    number = int(request.path_params["item_id"])
    return JSONResponse(Item.numbered(number).model_dump(mode="json"))


async def answer(request: Request) -> Response:
    return Response(status_code=204)


def routed(endpoints: int) -> Application:
    """Build an application of so many endpoints that answer with nothing."""
    paths = [f"/group{number // EACH}/items{number}/{{item_id}}" for number in range(endpoints)]
    return application(*(Route(path, answer) for path in paths))


def build(endpoints: int) -> Application:
    """Build an application of endpoints that read what they are given by hand."""
    routes: list[BaseRoute] = []
    for number in range(endpoints):
        part, item = model_pair(number)

        async def find(request: Request, adapter: TypeAdapter[object] = TypeAdapter(list[item])) -> Response:  # type: ignore[valid-type] # noqa: B008
            return Response(adapter.dump_json([]), media_type="application/json")

        async def store(request: Request, part: type[object] = part) -> Response:
            return Response(status_code=204)

        path = f"/group{number // EACH}/items{number}/{{item_id:int}}"
        if number % 2:
            routes.append(Route(path, store, methods=["POST"], name=f"store{number}"))
        else:
            routes.append(Route(path, find, methods=["GET"], name=f"find{number}"))
    return application(*routes)


class Room:
    """Everybody who is there, sent to one after the other."""

    def __init__(self) -> None:
        self._members: set[WebSocket] = set()

    async def talk(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self._members.add(websocket)
        try:
            while True:
                text = await websocket.receive_text()
                for member in list(self._members):
                    await member.send_text(text)
        except WebSocketDisconnect:
            pass
        finally:
            self._members.discard(websocket)


PEER = Peer(
    echo={"Starlette": lambda: application(WebSocketRoute("/echo", echo))},
    handshake={"Starlette": lambda: application(WebSocketRoute("/rooms/{room}", handshake))},
    typed={"Starlette, json by hand": lambda: application(WebSocketRoute("/chat", typed_by_hand))},
    item={"Starlette": lambda: application(Route("/items/{item_id}", item))},
    routed={"Starlette": routed},
    built={"Starlette": build},
    rooms={"Starlette": lambda: application(WebSocketRoute("/room", Room().talk))},
    servers={"Starlette": lambda port: serve_with_uvicorn(application(WebSocketRoute("/echo", echo)), port)},
)
