# Generated from pyfly/context/events.py; edit that, then run: python -m tools.stubs
"""Events of the context's own life."""

from dataclasses import dataclass
from typing import final

from pyfly.context.application_context import ApplicationContext

__all__ = ["ContextEvent", "ContextStarted", "ContextStarting", "ContextStopped", "ContextStopping"]

@dataclass(frozen=True, slots=True)
class ContextEvent:
    """Something happened to the context; listen for this class to hear all of it.

    Attributes:
        context: The context it happened to.
    """

    context: ApplicationContext

@final
class ContextStarting(ContextEvent):
    """The graph of beans was checked and found right; none was created by the start yet."""

@final
class ContextStarted(ContextEvent):
    """Every singleton that is no controller is there; requests are served when its listeners are done."""

@final
class ContextStopping(ContextEvent):
    """The context stops, and its beans are destroyed when the listeners are done."""

@final
class ContextStopped(ContextEvent):
    """Every bean was destroyed; heard by those who subscribed themselves, as there are no more beans to hear it."""
