"""Listeners and subscriptions as they may be written."""

from typing import assert_type

from pyfly.events import EventPublisher, Subscription, event_listener


class Ordered:
    pass


class Shipped:
    pass


class Bean:
    @event_listener
    async def bare(self, event: Ordered) -> None: ...

    @event_listener(order=1)
    def called(self, event: Ordered, retries: int = 3) -> None: ...

    @event_listener(Ordered, Shipped)
    async def named(self, event: Ordered | Shipped) -> None: ...


async def call(bean: Bean) -> None:
    assert_type(await bean.bare(event=Ordered()), None)
    assert_type(bean.called(event=Ordered(), retries=1), None)
    assert_type(await bean.named(Shipped()), None)


def hear_ordered(event: Ordered) -> None: ...


def hear_anything(event: object) -> int:
    return 1


publisher = EventPublisher()
assert_type(publisher.subscribe(Ordered, hear_ordered, order=1), Subscription)
publisher.subscribe((Ordered, Shipped), hear_anything)
