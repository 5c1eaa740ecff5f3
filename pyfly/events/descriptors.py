"""What ``@event_listener`` records about a method."""

from __future__ import annotations

from typing import Any, ClassVar

from pyfly.metadata import Descriptor

__all__ = ["EventListener"]


class EventListener(Descriptor):
    """A bean method that hears events.

    Attributes:
        event_types: The classes named in the decorator; empty when the method's annotation tells.
        order: Place among the listeners of an event, lower first.
    """

    rule: ClassVar[str] = "pyfly-hook"

    event_types: tuple[type[Any], ...] = ()
    order: int = 0
