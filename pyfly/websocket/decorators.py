"""``@websocket_mapping`` marks a controller method as a WebSocket endpoint."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Concatenate, TypeVar, final

from pyfly.metadata import DeclarationError, refuse, refusing
from pyfly.web.mappings import declare_method, declare_path, uncalled
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.session import WebSocketSession

if TYPE_CHECKING:
    from pyfly.metadata import MetadataRegistry, SourceLocation
    from pyfly.websocket.messages import FrameKind

__all__ = ["WebSocketMappingDecorator", "websocket_mapping"]

SessionMethod = TypeVar(
    "SessionMethod",
    bound=Callable[Concatenate[Any, WebSocketSession[Any, Any], ...], Coroutine[Any, Any, None]],
)


@final
class WebSocketMappingDecorator:
    """What `websocket_mapping` returns: maps a method and hands it back unchanged."""

    __slots__ = ("_mapping", "_registry")

    def __init__(self, mapping: WebSocketMapping, registry: MetadataRegistry | None) -> None:
        self._mapping = mapping
        self._registry = registry

    def __call__(self, handler: SessionMethod, /) -> SessionMethod:
        """Record the mapping for the method."""
        with refusing():
            declare_method(handler, self._mapping, decorator="websocket_mapping", registry=self._registry)
        return handler


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
    try:
        path, source = declare_path(path, decorator="websocket_mapping")
        if frames not in ("text", "binary"):
            mend = 'it must be "text" or "binary"'
            raise DeclarationError(source, f"frames is {frames!r}", mend, "pyfly-handler")
        if outbox is not None:
            _check_outbox(outbox, source)
        mapping = WebSocketMapping(path=path, frames=frames, outbox=outbox, source=source)
    except DeclarationError as fault:
        refuse(fault)
        return uncalled(path) or WebSocketMappingDecorator(
            WebSocketMapping(path="", source=fault.source, refused=True), registry
        )
    return WebSocketMappingDecorator(mapping, registry)


def _check_outbox(outbox: object, source: SourceLocation | None) -> None:
    if not isinstance(outbox, OutboxLimits):
        mend = 'write OutboxLimits(...), such as OutboxLimits(overflow="drop_oldest")'
        raise DeclarationError(source, f"outbox is {outbox!r}", mend, "pyfly-handler")
    for name, mend in outbox.faults().items():
        raise DeclarationError(source, f"outbox has {name}={getattr(outbox, name)!r}", mend, "pyfly-handler")
