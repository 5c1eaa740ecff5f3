"""Finds the listener methods of a class and what each of them hears."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple, final

from pyfly.events.descriptors import EventListener
from pyfly.events.event_types import event_types_of
from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    Member,
    MetadataRegistry,
    SourceLocation,
    default_registry,
    label_of,
    read_signature,
    resolve_annotations,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ListenerMethod", "collect_listeners", "event_parameter"]


@final
class ListenerMethod(NamedTuple):
    """A method that hears events.

    Attributes:
        name: The method's name.
        label: How messages call it: ``Class.method``.
        event_types: The classes it hears, with all their subclasses; never empty.
        order: Place among the listeners of an event, lower first.
        source: Where it was declared.
    """

    name: str
    label: str
    event_types: tuple[type[Any], ...]
    order: int
    source: SourceLocation | None


def collect_listeners(cls: type, *, registry: MetadataRegistry | None = None) -> tuple[ListenerMethod, ...]:
    """Return a class's listener methods: those of base classes first, each class's in declaration order.

    Args:
        cls: The class of a bean.
        registry: Where declarations are looked up; the process-wide one when not given.

    Raises:
        DeclarationErrors: Methods that can never work as listeners, all of them.
    """
    found: list[ListenerMethod] = []
    faults: list[DeclarationError] = []
    for member in (default_registry if registry is None else registry).members(cls, EventListener):
        try:
            found.append(_listener_method(cls, member))
        except DeclarationError as fault:
            faults.append(fault)
        except DeclarationErrors as several:
            faults.extend(several.faults)
    if faults:
        raise DeclarationErrors(faults)
    return tuple(found)


def event_parameter(function: object, source: SourceLocation | None, *, annotated: bool) -> inspect.Parameter:
    """Return the parameter that takes the event.

    Args:
        function: What was declared a listener.
        source: Where it was declared.
        annotated: Whether the parameter's annotation must tell the event's class.

    Raises:
        DeclarationError: It is no method that can be called with one event.
    """
    if isinstance(function, type):
        raise DeclarationError(
            source, f"event_listener is on the class {label_of(function)}", "put it on a method of a bean", "pyfly-hook"
        )
    if not inspect.isfunction(function):
        raise DeclarationError(
            source,
            f"event_listener is on a {type(function).__name__}, expected a method",
            "put it on a method that takes self and the event",
            "pyfly-hook",
        )
    label = label_of(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise DeclarationError(
            source, f"{label} is a generator, which nobody would run", "remove its yield", "pyfly-hook"
        )
    parameter = _second_parameter(function, source)
    if annotated and parameter.annotation is inspect.Parameter.empty:
        raise DeclarationError(
            source,
            f"{label}({parameter.name}) has no annotation that tells the event's class",
            "annotate it, or name the class: @event_listener(SomeEvent)",
            "pyfly-hook",
        )
    return parameter


def _second_parameter(function: Callable[..., Any], source: SourceLocation | None) -> inspect.Parameter:
    signature = read_signature(function)
    try:
        signature.bind(None, None)
    except TypeError as error:
        raise DeclarationError(
            source,
            f"{label_of(function)}{signature} cannot be called with one event: {error}",
            "a listener takes self and the event",
            "pyfly-hook",
        ) from None
    parameters = list(signature.parameters.values())
    return parameters[min(1, len(parameters) - 1)]


def _listener_method(cls: type, member: Member[EventListener]) -> ListenerMethod:
    declared = member.descriptor
    source = declared.source or SourceLocation.of(member.value)
    parameter = event_parameter(member.value, source, annotated=not declared.event_types)
    event_types = declared.event_types
    if not event_types:
        annotation = resolve_annotations(member.value, owner=member.owner, target=cls)[parameter.name]
        try:
            event_types = event_types_of(annotation)
        except TypeError as error:
            raise DeclarationError(
                source, f"{label_of(member.value)}({parameter.name}): {error}", code="pyfly-hook"
            ) from None
    return ListenerMethod(member.name, f"{cls.__name__}.{member.name}", event_types, declared.order, source)
