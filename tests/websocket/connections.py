"""A scripted client of one route, for tests of what happens between the server and a handler."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from pyfly.context import ApplicationContext
from pyfly.metadata import MetadataRegistry
from pyfly.websocket.adapters.starlette import WebSocketRegistrar

__all__ = ["Script", "context_of", "serve", "text"]


def text(data: str) -> dict[str, Any]:
    """Return a message of the client."""
    return {"type": "websocket.receive", "text": data}


class Script:
    """Sends its messages one after the other, and leaves with 1000; keeps what it is sent.

    Attributes:
        sent: The ASGI messages it was sent.
        gate: To be set for the messages behind a None of the script to come.
        closed: Set when it was sent a close message.
        taking: Whether it takes what it is sent.
    """

    def __init__(self, *messages: dict[str, Any] | None) -> None:
        self._messages = deque([{"type": "websocket.connect"}, *messages])
        self.sent: list[dict[str, Any]] = []
        self.gate = asyncio.Event()
        self.closed = asyncio.Event()
        self.taking = asyncio.Event()
        self.taking.set()
        self._changed = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if not self._messages:
            return {"type": "websocket.disconnect", "code": 1000}
        if self._messages[0] is None:
            await self.gate.wait()
            self.gate.clear()
            self._messages.popleft()
            return await self.receive()
        return self._messages.popleft() or {}

    async def send(self, message: Any) -> None:
        await self.taking.wait()
        self.sent.append(dict(message))
        self._changed.set()
        if message["type"] == "websocket.close":
            self.closed.set()

    async def wait_for_change(self) -> None:
        """Wait until it is sent something more."""
        self._changed.clear()
        async with asyncio.timeout(10):
            await self._changed.wait()

    @property
    def frames(self) -> list[str | bytes]:
        """The messages it was sent."""
        messages = [message for message in self.sent if message["type"] == "websocket.send"]
        return [message["text"] if "text" in message else message["bytes"] for message in messages]

    @property
    def close(self) -> tuple[int, str] | None:
        """The close code and reason it was sent."""
        closes = [message for message in self.sent if message["type"] == "websocket.close"]
        return (closes[0]["code"], closes[0]["reason"]) if closes else None


def context_of(*beans: type) -> ApplicationContext:
    """Return a context with some beans."""
    context = ApplicationContext(registry=MetadataRegistry())
    for bean in beans:
        context.register(bean)
    return context


async def serve(context: ApplicationContext, controller: type, client: Script, **scope: Any) -> None:
    """Serve a client by the one handler of a controller, and wait for its end.

    Args:
        **scope: Further parts of the client's ASGI scope.
    """
    (route,) = WebSocketRegistrar(controllers=[controller]).collect_routes(context)
    async with asyncio.timeout(10):
        handshake = {"type": "websocket", "path": "/t", "headers": [], **scope}
        await route.app(handshake, client.receive, client.send)
