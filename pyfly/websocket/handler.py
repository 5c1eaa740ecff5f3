"""The lifecycle hooks a WebSocket controller may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from pyfly.websocket.session import WebSocketSession

__all__ = ["WebSocketHandler"]


@runtime_checkable
class WebSocketHandler(Protocol):
    """Optional hooks of a controller; of the three only `on_disconnect` is called by pyfly itself.

    See "The WebSocketHandler Protocol" in the WebSocket guide.
    """

    async def on_connect(self, session: WebSocketSession) -> None:
        """Called by the handler when a client initiates a connection, not yet accepted."""

    async def on_message(self, session: WebSocketSession, data: str) -> None:
        """Called by the handler when a text message was received from the client."""

    async def on_disconnect(self, session: WebSocketSession) -> None:
        """Called by pyfly, once, after the handler has ended in whatever way."""
