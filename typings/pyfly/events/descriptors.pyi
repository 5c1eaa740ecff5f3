# Generated from pyfly/events/descriptors.py; edit that, then run: python -m tools.stubs
"""What ``@event_listener`` records about a method."""

from typing import Any, ClassVar

from pyfly.metadata import Descriptor

__all__ = ["EventListener"]

class EventListener(Descriptor):
    """A bean method that hears events.

    Attributes:
        event_types: The classes named in the decorator; empty when the method's annotation tells.
        order: Place among the listeners of an event, lower first.
    """

    rule: ClassVar[str]
    event_types: tuple[type[Any], ...] = ()
    order: int = 0
