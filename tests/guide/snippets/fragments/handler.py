from typing import Protocol, runtime_checkable


@runtime_checkable
class WebSocketHandler(Protocol):
    async def on_connect(self, session: WebSocketSession) -> None:
        """Called when a client initiates a connection (not yet accepted)."""

    async def on_message(self, session: WebSocketSession, data: str) -> None:
        """Called when a text message is received from the client."""

    async def on_disconnect(self, session: WebSocketSession) -> None:
        """Called when the WebSocket connection is closed."""
