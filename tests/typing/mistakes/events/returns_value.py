"""A listener that returns a value."""

from pyfly.events import event_listener


class Ordered: ...


class Mailer:
    @event_listener(order=1)  # error
    def send(self, event: Ordered) -> int:
        return 1
