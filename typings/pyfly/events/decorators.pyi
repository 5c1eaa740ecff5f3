# Generated from pyfly/events/decorators.py; edit that, then run: python -m tools.stubs
"""The ``@event_listener`` decorator."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, final, overload

from pyfly.events.descriptors import EventListener
from pyfly.metadata import MetadataRegistry

__all__ = ["event_listener"]

Method = TypeVar("Method", bound=Callable[[Any, Any], Coroutine[Any, Any, None] | None])

@final
class _EventListenerDecorator:
    """Marks one method; returns it as it is."""
    def __init__(self, descriptor: EventListener, registry: MetadataRegistry) -> None: ...
    def __call__(self, method: Method) -> Method: ...

@overload
def event_listener(
    *event_types: type[Any], order: int = 0, registry: MetadataRegistry | None = None
) -> _EventListenerDecorator:
    """Mark a method of a bean as a listener of application events; write it bare or with arguments.

    The event's class is the annotation of the method's argument after ``self``, a union for several. A listener of a
    class hears its subclasses too. The method may be sync, then it runs in the event loop's thread and must not block,
    or async. What it raises is logged, and the other listeners hear the event all the same. Only singletons listen.

    Args:
        *targets: Classes of the events, where the annotation is not to tell; or, bare, the method itself.
        order: Place among the listeners of an event: lower first, equals in the order of beans and methods.
        registry: Where to record it; the process-wide one when not given.

    Returns:
        The method, unchanged; or a decorator that returns it unchanged.

    Raises:
        DeclarationError: The method cannot be called with one event, its event is not told, or it is no method.
    """

@overload
def event_listener(method: Method, /) -> Method:
    """Mark a method of a bean as a listener of application events; write it bare or with arguments.

    The event's class is the annotation of the method's argument after ``self``, a union for several. A listener of a
    class hears its subclasses too. The method may be sync, then it runs in the event loop's thread and must not block,
    or async. What it raises is logged, and the other listeners hear the event all the same. Only singletons listen.

    Args:
        *targets: Classes of the events, where the annotation is not to tell; or, bare, the method itself.
        order: Place among the listeners of an event: lower first, equals in the order of beans and methods.
        registry: Where to record it; the process-wide one when not given.

    Returns:
        The method, unchanged; or a decorator that returns it unchanged.

    Raises:
        DeclarationError: The method cannot be called with one event, its event is not told, or it is no method.
    """
