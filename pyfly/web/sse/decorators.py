"""``@sse_mapping`` for async generator methods of controllers."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable
from typing import TYPE_CHECKING, Any, Concatenate, TypeVar, final

from pyfly.metadata import DeclarationError, refuse, refusing
from pyfly.rules import HandlerFacts, check_event_stream, declaration_error
from pyfly.web.mappings import declare_method, declare_path, handler_style, uncalled
from pyfly.web.sse.descriptors import SseMapping

if TYPE_CHECKING:
    from pyfly.metadata import MetadataRegistry

__all__ = ["SseMappingDecorator", "sse_mapping"]

EventMethod = TypeVar("EventMethod", bound=Callable[Concatenate[Any, ...], AsyncIterable[Any]])


@final
class SseMappingDecorator:
    """What `sse_mapping` returns: maps an async generator method and hands it back unchanged."""

    __slots__ = ("_mapping", "_registry")

    def __init__(self, mapping: SseMapping, registry: MetadataRegistry | None) -> None:
        self._mapping = mapping
        self._registry = registry

    def __call__(self, handler: EventMethod, /) -> EventMethod:
        """Record the mapping for the method."""
        with refusing():
            declare_method(handler, self._mapping, decorator="sse_mapping", registry=self._registry)
            check_generator(handler, self._mapping)
        return handler


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
    try:
        path, source = declare_path(path, decorator="sse_mapping")
        mapping = SseMapping(path=path, source=source)
    except DeclarationError as fault:
        refuse(fault)
        return uncalled(path) or SseMappingDecorator(SseMapping(path="", source=fault.source, refused=True), registry)
    return SseMappingDecorator(mapping, registry)


def check_generator(handler: Callable[..., Any], mapping: SseMapping) -> None:
    """Check that a mapped method is an async generator.

    Raises:
        DeclarationError: It is not; its values could not be streamed.
    """
    name = getattr(handler, "__qualname__", repr(handler))
    if fault := check_event_stream(HandlerFacts(name, name, handler_style(handler))):
        raise declaration_error(fault, mapping.source)
