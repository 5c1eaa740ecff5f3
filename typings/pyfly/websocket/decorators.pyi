# Generated from pyfly/websocket/decorators.py; edit that, then run: python -m tools.stubs
"""``@websocket_mapping`` marks a controller method as a WebSocket endpoint."""

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, TypeVar, final

from pyfly.metadata import MetadataRegistry
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.messages import FrameKind
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.session import WebSocketSession

__all__ = ["WebSocketMappingDecorator", "websocket_mapping"]

SessionMethod = TypeVar(
    "SessionMethod", bound=Callable[Concatenate[Any, WebSocketSession[Any, Any], ...], Coroutine[Any, Any, None]]
)

@final
class WebSocketMappingDecorator:
    """What `websocket_mapping` returns: maps a method and hands it back unchanged."""
    def __init__(self, mapping: WebSocketMapping, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, handler: SessionMethod, /) -> SessionMethod:
        """Record the mapping for the method."""

def websocket_mapping(
    path: str = "",
    *,
    frames: FrameKind = "text",
    outbox: OutboxLimits | None = None,
    registry: MetadataRegistry | None = None,
) -> WebSocketMappingDecorator:
    """Map WebSocket connections to a controller method.

    The method is ``async def handler(self, session: WebSocketSession, ...) -> None`` and manages the whole connection:
    accept, message loop, close. Further parameters are bound from the path, query, headers and cookies of the
    handshake. See "The @websocket_mapping Decorator" in the WebSocket guide.

    Args:
        path: Path template below the controller's base path, such as ``/rooms/{room_id}``.
        frames: The kind of frame that carries the session's JSON messages.
        outbox: How much may wait for a client that does not keep up with what others send to it, as in a room, and what
            happens when there is more; by default what the settings ``outbox_*`` say.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The path breaks the grammar, there is no such kind of frame, the outbox has bounds that can
            never hold, or the decorator is applied to something that is no method.
    """
