# Generated from pyfly/events/listeners.py; edit that, then run: python -m tools.stubs
"""Finds the listener methods of a class and what each of them hears."""

import inspect
from typing import Any, NamedTuple, final

from pyfly.metadata import MetadataRegistry, SourceLocation

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

def event_parameter(function: object, source: SourceLocation | None, *, annotated: bool) -> inspect.Parameter:
    """Return the parameter that takes the event.

    Args:
        function: What was declared a listener.
        source: Where it was declared.
        annotated: Whether the parameter's annotation must tell the event's class.

    Raises:
        DeclarationError: It is no method that can be called with one event.
    """
