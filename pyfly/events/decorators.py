"""The ``@event_listener`` decorator."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, final, overload

from pyfly.events.descriptors import EventListener
from pyfly.events.event_types import event_types_of
from pyfly.events.listeners import event_parameter
from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry, label_of, refusing

__all__ = ["event_listener"]

Method = TypeVar("Method", bound=Callable[[Any, Any], Coroutine[Any, Any, None] | None])


@final
class _EventListenerDecorator:
    """Marks one method; returns it as it is."""

    __slots__ = ("_descriptor", "_registry")

    def __init__(self, descriptor: EventListener, registry: MetadataRegistry) -> None:
        self._descriptor = descriptor
        self._registry = registry

    def __call__(self, method: Method) -> Method:
        with refusing():
            self._record(method)
        return method

    def _record(self, method: Callable[[Any, Any], Any]) -> None:
        source = self._descriptor.source
        event_parameter(method, source, annotated=not self._descriptor.event_types)
        if self._registry.find(method, EventListener) is not None:
            raise DeclarationError(
                source,
                f"{label_of(method)} is declared a listener twice",
                "name every event in one @event_listener(FirstEvent, SecondEvent)",
                "pyfly-hook",
            )
        self._registry.record(method, self._descriptor)


@overload
def event_listener(
    *event_types: type[Any], order: int = 0, registry: MetadataRegistry | None = None
) -> _EventListenerDecorator: ...
@overload
def event_listener(method: Method, /) -> Method: ...
def event_listener(*targets: Any, order: Any = 0, registry: MetadataRegistry | None = None) -> Any:
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
    source = SourceLocation.of_caller()
    bare = len(targets) == 1 and (inspect.isroutine(targets[0]) or _is_being_decorated(targets[0]))
    try:
        event_types = () if bare else tuple(found for target in targets for found in event_types_of(target))
    except TypeError as error:
        raise DeclarationError(source, f"event_listener: {error}", code="pyfly-hook") from None
    if not isinstance(order, int):
        raise DeclarationError(
            source,
            f"event_listener: expected an int for order, got {order!r}",
            "lower numbers hear first",
            "pyfly-hook",
        )
    decorator = _EventListenerDecorator(
        EventListener(event_types=event_types, order=order, source=source),
        default_registry if registry is None else registry,
    )
    return decorator(targets[0]) if bare else decorator


def _is_being_decorated(target: object) -> bool:
    """Tell ``@event_listener`` on a class statement from the class of an event.

    A class that is just being decorated belongs to the scope that calls, which has not yet bound its name.
    """
    frame = inspect.currentframe()
    scope = frame and frame.f_back and frame.f_back.f_back
    if scope is None or not isinstance(target, type):
        return False
    outer, _, name = target.__qualname__.rpartition(".")
    here = "" if scope.f_code.co_name == "<module>" else scope.f_code.co_qualname
    return (
        target.__module__ == scope.f_globals.get("__name__")
        and outer.removesuffix(".<locals>") == here
        and scope.f_locals.get(name) is not target
    )
