"""A listener that takes no event.

Take the event after `self`.
"""

from pyfly.events import event_listener


class Mailer:
    @event_listener  # error
    async def send(self) -> None: ...
