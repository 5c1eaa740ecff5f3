# Generated from pyfly/events/publisher.py; edit that, then run: python -m tools.stubs
"""Carries events from whoever publishes them to those who listen."""

from collections.abc import Callable
from typing import Any, TypeVar, final

__all__ = ["EventPublisher", "Subscription"]

Event = TypeVar("Event")

@final
class Subscription:
    """One listener of a publisher.

    Attributes:
        event_types: The classes it hears, with all their subclasses.
        callback: What is called with each event.
        order: Its place among the listeners of an event, lower first.
        name: How log messages call it.
    """

    event_types: tuple[type[Any], ...]
    callback: Callable[[Any], object]
    order: int
    name: str
    def __init__(
        self,
        event_types: tuple[type[Any], ...],
        callback: Callable[[Any], object],
        *,
        order: int,
        name: str,
        end: Callable[[Subscription], None],
    ) -> None: ...
    @property
    def active(self) -> bool:
        """Whether it still hears events."""
    def unsubscribe(self) -> None:
        """Hear no more events, not even one that is being published now; twice is harmless."""

@final
class EventPublisher:
    """Delivers events, which may be any objects, to the listeners of their class and its base classes.

    Belongs to one event loop and its thread.
    """
    def __init__(self) -> None: ...
    def subscribe(
        self,
        event_type: type[Event] | tuple[type[Event], ...],
        callback: Callable[[Event], object],
        *,
        order: int = 0,
        name: str | None = None,
    ) -> Subscription:
        """Have a callback called with every event of a class.

        Args:
            event_type: A class, heard with all its subclasses; or several, as for ``isinstance``.
            callback: Called in the event loop's thread, and awaited when it returns an awaitable.
            order: Place among the listeners of an event: lower first, equals in the order they subscribed.
            name: How log messages call it; the callback's own name when not given.

        Returns:
            The subscription, which can be ended.

        Raises:
            TypeError: The event type is no class, or one that subclasses cannot be told of.
        """
    def has_listeners(self, event_type: type) -> bool:
        """Tell whether anyone would hear an event of exactly this class; cheap enough to ask before building one."""
    async def publish(self, event: object) -> None:
        """Call every listener of an event, one after the other, and return when all are done.

        What a listener raises is logged with its traceback and its name, and stops nobody else. Those who subscribe
        meanwhile hear the next event.

        Args:
            event: Any object.

        Raises:
            CancelledError: The caller was cancelled: so is the listener that is running, and the others hear nothing.
        """
