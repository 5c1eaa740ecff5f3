"""Sessions over objects that have Starlette's methods but speak no ASGI messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, final

from pyfly.websocket.session import WebSocketSession, encoded_headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyfly.websocket.ports import JsonMode

__all__ = ["WrappedSession"]


@final
class WrappedSession(WebSocketSession):
    """A session over any object with the methods of Starlette's ``WebSocket``, such as a test double.

    Each call goes to the object's method of the same name, which keeps its own rules about states.
    """

    __slots__ = ()

    async def accept(
        self,
        subprotocol: str | None = None,
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Accept the handshake."""
        raw_headers = encoded_headers(headers)
        await (
            self._connection.accept(subprotocol, headers=raw_headers)
            if raw_headers
            else self._connection.accept(subprotocol)
        )
        self.accepted = True
        self.opened_at = time.monotonic()
        self.subprotocol = subprotocol

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection."""
        await self._connection.close(code=code, reason=reason)
        self._closed(code, reason or "")

    async def receive_text(self) -> str:
        """Receive a text message."""
        text: str = await self._connection.receive_text()
        self.received += 1
        return text

    async def receive_bytes(self) -> bytes:
        """Receive binary data."""
        data: bytes = await self._connection.receive_bytes()
        self.received += 1
        return data

    async def receive_json(self, mode: JsonMode = "text") -> Any:
        """Receive and decode a JSON message."""
        message = await self._connection.receive_json(mode=mode)
        self.received += 1
        return message

    async def send_text(self, data: str) -> None:
        """Send a text message."""
        await self._connection.send_text(data)
        self.sent += 1

    async def send_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Send binary data."""
        await self._connection.send_bytes(data)
        self.sent += 1

    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send a JSON-serializable object."""
        await self._connection.send_json(data, mode=mode)
        self.sent += 1


WebSocketSession.wrapper_type = WrappedSession
