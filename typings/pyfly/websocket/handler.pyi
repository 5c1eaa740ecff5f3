# Generated from pyfly/websocket/handler.py; edit that, then run: python -m tools.stubs
"""The lifecycle hooks a WebSocket controller may have."""

from typing import Protocol, runtime_checkable

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
