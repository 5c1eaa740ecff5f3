"""Subscribes the listener methods of beans."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, final, get_origin

from pyfly.container import Scope
from pyfly.context.events import ContextStopped
from pyfly.events import collect_listeners
from pyfly.metadata import DeclarationError, DeclarationErrors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from pyfly.container import BeanDescription, Container
    from pyfly.container.definitions import BeanDefinition
    from pyfly.events import EventPublisher, ListenerMethod, Subscription

    AnyBean = BeanDescription | BeanDefinition

__all__ = ["BeanListeners"]


@final
class BeanListeners:
    """The listener methods of a container's beans; a bean is made at the first event that one of them hears."""

    __slots__ = ("_container", "_events", "_subscriptions")

    def __init__(self, container: Container, events: EventPublisher) -> None:
        self._container = container
        self._events = events
        # By the bean's name, and the method's.
        self._subscriptions: dict[str, dict[str, Subscription]] = {}

    def faults(self) -> tuple[DeclarationError, ...]:
        """Return what is wrong with the listeners of beans that are not subscribed yet."""
        try:
            self._collect(self._container.definitions)
        except DeclarationErrors as errors:
            return errors.faults
        return ()

    def subscribe(self, beans: Iterable[AnyBean]) -> None:
        """Subscribe the listeners of those beans that are not subscribed yet, in their and in declaration order.

        Raises:
            DeclarationErrors: Listeners that can never hear anything; then none of the new ones is subscribed.
        """
        for bean, listeners in self._collect(beans):
            self._subscribe(bean, listeners)

    def subscribe_made(self, bean: AnyBean, instance: object) -> None:
        """Subscribe what a bean listens to beyond what its declared type tells, as that of a factory may be a port.

        Raises:
            DeclarationErrors: Listeners that can never hear anything.
        """
        if type(instance) is not bean.type:
            self._subscribe(bean, self._listeners_of(bean, type(instance)))

    def unsubscribe(self) -> None:
        """End all these subscriptions."""
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions.values():
                subscription.unsubscribe()
        self._subscriptions.clear()

    def _subscribe(self, bean: AnyBean, listeners: Iterable[ListenerMethod]) -> None:
        subscribed = self._subscriptions.setdefault(bean.name, {})
        for listener in listeners:
            if listener.name not in subscribed:
                subscribed[listener.name] = self._events.subscribe(
                    listener.event_types, self._hearing(bean, listener), order=listener.order, name=listener.label
                )

    def _collect(self, beans: Iterable[AnyBean]) -> list[tuple[AnyBean, tuple[ListenerMethod, ...]]]:
        collected: list[tuple[AnyBean, tuple[ListenerMethod, ...]]] = []
        faults: list[DeclarationError] = []
        for bean in beans:
            cls = get_origin(bean.type) or bean.type
            if bean.name in self._subscriptions or not isinstance(cls, type):
                continue
            try:
                collected.append((bean, self._listeners_of(bean, cls)))
            except DeclarationErrors as errors:
                faults.extend(errors.faults)
        if faults:
            raise DeclarationErrors(faults)
        return collected

    def _listeners_of(self, bean: AnyBean, cls: type) -> tuple[ListenerMethod, ...]:
        listeners = collect_listeners(cls, registry=self._container.registry)
        if faults := [fault for listener in listeners for fault in _unheard(bean, listener)]:
            raise DeclarationErrors(faults)
        return listeners

    def _hearing(self, bean: AnyBean, listener: ListenerMethod) -> Callable[[object], Awaitable[None]]:
        async def hear(event: object) -> None:
            instance: Any = await self._container.get_named_async(bean.name)
            # What stands in for a bean in a test need not listen.
            method = getattr(instance, listener.name, None)
            outcome = None if method is None else method(event)
            if inspect.isawaitable(outcome):
                await outcome

        return hear


def _unheard(bean: AnyBean, listener: ListenerMethod) -> Iterator[DeclarationError]:
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
