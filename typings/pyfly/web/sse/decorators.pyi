# Generated from pyfly/web/sse/decorators.py; edit that, then run: python -m tools.stubs
"""``@sse_mapping`` for async generator methods of controllers."""

from collections.abc import AsyncIterable, Callable
from typing import Any, Concatenate, TypeVar, final

from pyfly.metadata import MetadataRegistry
from pyfly.web.sse.descriptors import SseMapping

__all__ = ["SseMappingDecorator", "sse_mapping"]

EventMethod = TypeVar("EventMethod", bound=Callable[Concatenate[Any, ...], AsyncIterable[Any]])

@final
class SseMappingDecorator:
    """What `sse_mapping` returns: maps an async generator method and hands it back unchanged."""
    def __init__(self, mapping: SseMapping, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, handler: EventMethod, /) -> EventMethod:
        """Record the mapping for the method."""

def sse_mapping(path: str = "", *, registry: MetadataRegistry | None = None) -> SseMappingDecorator:
    """Map ``GET`` requests to an async generator method, each of whose values is sent as a server-sent event.

    A ``str`` is sent as it is, a `ServerSentEvent` with its fields, anything else as JSON.

    Args:
        path: Path template below the controller's base path, such as ``/rooms/{room_id}/events``.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The path breaks the grammar, or the decorator is applied to something that is no async
            generator method.
    """
