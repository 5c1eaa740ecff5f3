# Generated from pyfly/context/__init__.py; edit that, then run: python -m tools.stubs
"""The application context: settings, beans and events, started and stopped together."""

from pyfly.context.adapters.environment import load_settings
from pyfly.context.application_context import ApplicationContext
from pyfly.context.errors import ContextStateError, SettingsError
from pyfly.context.events import ContextEvent, ContextStarted, ContextStarting, ContextStopped, ContextStopping
from pyfly.context.lifecycle import LifecycleState
from pyfly.context.settings import Settings

__all__ = [
    "ApplicationContext",
    "ContextEvent",
    "ContextStarted",
    "ContextStarting",
    "ContextStateError",
    "ContextStopped",
    "ContextStopping",
    "LifecycleState",
    "Settings",
    "SettingsError",
    "load_settings",
]
