"""Carries events from whoever publishes them to those who listen."""

from __future__ import annotations

import bisect
import inspect
import logging
from typing import TYPE_CHECKING, Any, TypeVar, final

from pyfly.errors import is_own_failure
from pyfly.events.event_types import event_types_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EventPublisher", "Subscription"]

Event = TypeVar("Event")

_logger = logging.getLogger("pyfly.events")


@final
class Subscription:
    """One listener of a publisher.

    Attributes:
        event_types: The classes it hears, with all their subclasses.
        callback: What is called with each event.
        order: Its place among the listeners of an event, lower first.
        name: How log messages call it.
    """

    __slots__ = ("_end", "callback", "event_types", "name", "order")

    def __init__(
        self,
        event_types: tuple[type[Any], ...],
        callback: Callable[[Any], object],
        *,
        order: int,
        name: str,
        end: Callable[[Subscription], None],
    ) -> None:
        self.event_types = event_types
        self.callback = callback
        self.order = order
        self.name = name
        self._end: Callable[[Subscription], None] | None = end

    def __repr__(self) -> str:
        return f"<Subscription {self.name} to {', '.join(kind.__name__ for kind in self.event_types)}>"

    @property
    def active(self) -> bool:
        """Whether it still hears events."""
        return self._end is not None

    def unsubscribe(self) -> None:
        """Hear no more events, not even one that is being published now; twice is harmless."""
        end, self._end = self._end, None
        if end is not None:
            end(self)


@final
class EventPublisher:
    """Delivers events, which may be any objects, to the listeners of their class and its base classes.

    Belongs to one event loop and its thread.
    """

    __slots__ = ("_audiences", "_subscriptions")

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        # By the event's own class, filled at its first publishing, so that later ones cost one lookup.
        self._audiences: dict[type, tuple[Subscription, ...]] = {}

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
        candidates = event_type if isinstance(event_type, tuple) else (event_type,)
        event_types = tuple(found for candidate in candidates for found in event_types_of(candidate))
        subscription = Subscription(
            event_types, callback, order=order, name=name or _name_of(callback), end=self._remove
        )
        bisect.insort(self._subscriptions, subscription, key=lambda listener: listener.order)
        self._audiences.clear()
        return subscription

    def has_listeners(self, event_type: type) -> bool:
        """Tell whether anyone would hear an event of exactly this class; cheap enough to ask before building one."""
        return bool(self._subscriptions and self._audience(event_type))

    async def publish(self, event: object) -> None:
        """Call every listener of an event, one after the other, and return when all are done.

        What a listener raises is logged with its traceback and its name, and stops nobody else. Those who subscribe
        meanwhile hear the next event.

        Args:
            event: Any object.

        Raises:
            CancelledError: The caller was cancelled: so is the listener that is running, and the others hear nothing.
        """
        for subscription in self._audience(type(event)):
            if subscription.active:
                await _deliver(event, subscription)

    def _audience(self, event_type: type) -> tuple[Subscription, ...]:
        audience = self._audiences.get(event_type)
        if audience is None:
            audience = self._audiences[event_type] = tuple(
                subscription for subscription in self._subscriptions if issubclass(event_type, subscription.event_types)
            )
        return audience

    def _remove(self, subscription: Subscription) -> None:
        self._subscriptions.remove(subscription)
        self._audiences.clear()


async def _deliver(event: object, subscription: Subscription) -> None:
    try:
        outcome = subscription.callback(event)
        if inspect.isawaitable(outcome):
            await outcome
    except BaseException as error:
        if not is_own_failure(error):
            raise
        _log_failure(event, subscription)


def _log_failure(event: object, subscription: Subscription) -> None:
    _logger.exception("event listener %s failed on %s", subscription.name, type(event).__qualname__)


def _name_of(callback: Callable[..., object]) -> str:
    return getattr(callback, "__qualname__", None) or repr(callback)
