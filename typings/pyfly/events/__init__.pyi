# Generated from pyfly/events/__init__.py; edit that, then run: python -m tools.stubs
"""Application events: typed, in-process, heard by bean methods and by plain callbacks."""

from pyfly.events.decorators import event_listener
from pyfly.events.descriptors import EventListener
from pyfly.events.listeners import ListenerMethod, collect_listeners
from pyfly.events.publisher import EventPublisher, Subscription

__all__ = ["EventListener", "EventPublisher", "ListenerMethod", "Subscription", "collect_listeners", "event_listener"]
