"""Plain ASGI applications, written by hand: how little it could cost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from benchmarks.peers import Peer
from benchmarks.suites.models import Chat, Item

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.asgi import Application, Message


def with_lifespan(serve: Application) -> Application:
    """Answer a server's lifespan messages, and leave the rest to an application."""

    async def application(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "lifespan":
            await serve(scope, receive, send)
            return
        for _ in range(2):
            message = await receive()
            await send({"type": f"{message['type']}.complete"})

    return application


async def echo(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Send every text back."""
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        await send({"type": "websocket.send", "text": message["text"]})


async def handshake(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Accept a session, and close it."""
    await receive()
    if not scope["path"].startswith("/rooms/"):
        raise LookupError(scope["path"])
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 1000})


async def typed_by_hand(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Read messages with json and pydantic, and write them with json."""
    adapter: TypeAdapter[Chat] = TypeAdapter(Chat)
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        frame = await receive()
        if frame["type"] == "websocket.disconnect":
            return
        message = adapter.validate_python(json.loads(frame["text"]))
        await send({"type": "websocket.send", "text": json.dumps(message.model_dump())})


async def item(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer with an item."""
    number = int(scope["path"].removeprefix("/items/"))
    body = Item.numbered(number).model_dump_json().encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


PEER = Peer(
    echo={"bare ASGI": lambda: with_lifespan(echo)},
    handshake={"bare ASGI": lambda: with_lifespan(handshake)},
    typed={"bare ASGI, json by hand": lambda: with_lifespan(typed_by_hand)},
    item={"bare ASGI": lambda: with_lifespan(item)},
    imported={
        "nothing": "pass",
        "Starlette and pydantic": "import starlette.applications, pydantic",
        "Starlette and pydantic, first use": (
            "import starlette.applications; from pydantic import BaseModel, Field, TypeAdapter"
        ),
    },
)
