"""A function subscribed to events that it does not take."""

from pyfly.events import EventPublisher


class Ordered: ...


class Shipped: ...


def send(event: Ordered) -> None: ...


EventPublisher().subscribe(Shipped, send)  # error
