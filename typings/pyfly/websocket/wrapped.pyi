# Generated from pyfly/websocket/wrapped.py; edit that, then run: python -m tools.stubs
"""Sessions over objects that have Starlette's methods but speak no ASGI messages."""

from collections.abc import Iterable, Mapping
from typing import Any, final

from pyfly.websocket.ports import JsonMode
from pyfly.websocket.session import WebSocketSession

__all__ = ["WrappedSession"]

@final
class WrappedSession(WebSocketSession):
    """A session over any object with the methods of Starlette's ``WebSocket``, such as a test double.

    Each call goes to the object's method of the same name, which keeps its own rules about what may be called when.
    """
    async def accept(
        self, subprotocol: str | None = None, *, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    ) -> None:
        """Accept the handshake."""
    async def deny(
        self,
        status: int = 403,
        body: str | bytes = "",
        *,
        media_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Refuse the handshake by closing before accept, as these objects can no better."""
    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection; closing twice is harmless."""
    async def receive_text(self) -> str:
        """Receive a text message."""
    async def receive_bytes(self) -> bytes:
        """Receive binary data."""
    async def receive_json(self, mode: JsonMode = "text") -> Any:
        """Receive and decode a JSON message."""
    async def send_text(self, data: str) -> None:
        """Send a text message."""
    async def send_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Send binary data."""
    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send a JSON-serializable object."""
