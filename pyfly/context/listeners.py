"""Subscribes the listener methods of beans."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, final, get_origin

from pyfly.container import Scope
from pyfly.context.events import ContextStopped
from pyfly.events import collect_listeners
from pyfly.metadata import DeclarationError, DeclarationErrors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from pyfly.container import BeanDescription, Container
    from pyfly.events import EventPublisher, ListenerMethod, Subscription

__all__ = ["BeanListeners"]


@final
class BeanListeners:
    """The listener methods of a container's beans; a bean is made at the first event that one of them hears."""

    __slots__ = ("_container", "_events", "_subscriptions")

    def __init__(self, container: Container, events: EventPublisher) -> None:
        self._container = container
        self._events = events
        self._subscriptions: dict[str, list[Subscription]] = {}

    def faults(self) -> tuple[DeclarationError, ...]:
        """Return what is wrong with the listeners of beans that are not subscribed yet."""
        try:
            self._collect()
        except DeclarationErrors as errors:
            return errors.faults
        return ()

    def subscribe(self) -> None:
        """Subscribe the listeners of beans that are not subscribed yet, in registration and declaration order.

        Raises:
            DeclarationErrors: Listeners that can never hear anything; then none of the new ones is subscribed.
        """
        for bean, listeners in self._collect():
            self._subscriptions[bean.name] = [
                self._events.subscribe(
                    listener.event_types, self._hearing(bean, listener), order=listener.order, name=listener.label
                )
                for listener in listeners
            ]

    def unsubscribe(self) -> None:
        """End all these subscriptions."""
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.unsubscribe()
        self._subscriptions.clear()

    def _collect(self) -> list[tuple[BeanDescription, tuple[ListenerMethod, ...]]]:
        collected: list[tuple[BeanDescription, tuple[ListenerMethod, ...]]] = []
        faults: list[DeclarationError] = []
        for bean in self._container.definitions:
            cls = get_origin(bean.type) or bean.type
            if bean.name in self._subscriptions or not isinstance(cls, type):
                continue
            try:
                listeners = collect_listeners(cls, registry=self._container.registry)
            except DeclarationErrors as errors:
                faults.extend(errors.faults)
                continue
            faults.extend(fault for listener in listeners for fault in _unheard(bean, listener))
            collected.append((bean, listeners))
        if faults:
            raise DeclarationErrors(faults)
        return collected

    def _hearing(self, bean: BeanDescription, listener: ListenerMethod) -> Callable[[object], Awaitable[None]]:
        async def hear(event: object) -> None:
            instance: Any = await self._container.get_named_async(bean.name)
            outcome = getattr(instance, listener.name)(event)
            if inspect.isawaitable(outcome):
                await outcome

        return hear


def _unheard(bean: BeanDescription, listener: ListenerMethod) -> Iterator[DeclarationError]:
    if bean.scope is not Scope.SINGLETON:
        yield DeclarationError(
            listener.source,
            f"{listener.label} would never hear an event: its bean has the {bean.scope} scope",
            "listen in a singleton",
        )
    if any(issubclass(event_type, ContextStopped) for event_type in listener.event_types):
        yield DeclarationError(
            listener.source,
            f"{listener.label} would never hear ContextStopped: its bean is destroyed before",
            "listen for ContextStopping, or mark the method with @pre_destroy",
        )
