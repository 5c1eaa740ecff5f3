# Generated from pyfly/websocket/ports.py; edit that, then run: python -m tools.stubs
"""What a session speaks to."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Literal, Protocol, TypeAlias

from pyfly.web.ports import ConnectionData

__all__ = ["Connection", "JsonMode", "Message", "RawWebSocket", "Receive", "Scope", "Send"]

Message = MutableMapping[str, Any]
"""An ASGI message (ASGI specification, "WebSocket")."""

Scope: TypeAlias = MutableMapping[str, Any]
"""An ASGI scope."""

Receive: TypeAlias = Callable[[], Awaitable[Message]]
"""Gives the next ASGI message; to be awaited."""

Send: TypeAlias = Callable[[Message], Awaitable[None]]
"""Takes an ASGI message; to be awaited."""

JsonMode = Literal["text", "binary"]
"""The kind of frame that carries a JSON message."""

class Connection(ConnectionData, Protocol):
    """A WebSocket connection at the level of ASGI messages; Starlette's ``WebSocket`` fits."""
    @property
    def scope(self) -> MutableMapping[str, Any]:
        """The connection's ASGI scope."""
    def receive(self) -> Awaitable[Message]:
        """Return the next ASGI message; waits for it."""
    def send(self, message: Message, /) -> Awaitable[None]:
        """Send an ASGI message; waits for as long as the server pushes back."""

class RawWebSocket(ConnectionData, Protocol):
    """Any object with the message methods of Starlette's ``WebSocket``."""
    async def accept(
        self, subprotocol: str | None = None, headers: Iterable[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Accept the handshake."""
    async def receive_text(self) -> str:
        """Receive a text message."""
    async def receive_bytes(self) -> bytes:
        """Receive binary data."""
    async def receive_json(self, mode: str = "text") -> Any:
        """Receive and decode a JSON message."""
    async def send_text(self, data: str) -> None:
        """Send a text message."""
    async def send_bytes(self, data: bytes) -> None:
        """Send binary data."""
    async def send_json(self, data: Any, mode: str = "text") -> None:
        """Send a JSON-serializable object."""
    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection."""
