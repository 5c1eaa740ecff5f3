"""Litestar."""

# Annotations are evaluated where they stand: the models are made in a loop.

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

from litestar import Litestar, WebSocket, get, post, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from pydantic import TypeAdapter

from benchmarks.peers import Peer
from benchmarks.suites.generated import EACH, model_pair
from benchmarks.suites.models import Chat, Item

if TYPE_CHECKING:
    from benchmarks.asgi import Application

ADAPTER: TypeAdapter[Chat] = TypeAdapter(Chat)


@websocket("/echo")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


@websocket("/rooms/{room:str}")
async def handshake(socket: WebSocket[Any, Any, Any], room: FromPath[str]) -> None:
    await socket.accept()
    await socket.close()


@websocket("/chat")
async def chat(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    try:
        while True:
            message = ADAPTER.validate_json(await socket.receive_text())
            await socket.send_text(ADAPTER.dump_json(message).decode())
    except WebSocketDisconnect:
        pass


@get("/items/{item_id:int}")
async def item(item_id: FromPath[int]) -> Item:
    return Item.numbered(item_id)


def application(*handlers: Any) -> "Application":
    """Make an application of handlers; without its documentation and logging, which the others do not have either."""
    return cast("Application", Litestar(route_handlers=handlers, openapi_config=None, logging_config=None))


def build(endpoints: int) -> Any:
    """Build an application whose endpoints take and answer with models, half of them GET and half POST."""
    handlers: list[Any] = []
    for number in range(endpoints):
        part, item = model_pair(number)

        async def find(
            item_id: FromPath[int],
            limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
            order: FromQuery[str] = "name",
            x_trace: Annotated[str | None, HeaderParameter(name="x-trace")] = None,
        ) -> list[item]:  # type: ignore[valid-type]
            return []

        async def store(
            item_id: FromPath[int],
            data: JSONBody[part],  # type: ignore[valid-type]
            limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
            x_trace: Annotated[str | None, HeaderParameter(name="x-trace")] = None,
        ) -> item:  # type: ignore[valid-type]
            raise NotImplementedError

        path = f"/group{number // EACH}/items{number}/{{item_id:int}}"
        handlers.append(post(path)(store) if number % 2 else get(path)(find))
    return Litestar(route_handlers=handlers, logging_config=None)


def openapi(endpoints: int) -> Callable[[], dict[str, Any]]:
    """Build an application, and return what makes its OpenAPI document."""
    app: Litestar = build(endpoints)
    return lambda: app.openapi_schema.to_schema()


PEER = Peer(
    echo={"Litestar": lambda: application(echo)},
    handshake={"Litestar": lambda: application(handshake)},
    typed={"Litestar, pydantic by hand": lambda: application(chat)},
    item={"Litestar": lambda: application(item)},
    built={"Litestar": build},
    documents={"Litestar": openapi},
    imported={"Litestar": "from litestar import Litestar"},
)
