"""The application context: settings, beans and events, started and stopped together."""

from pyfly.context.adapters.environment import load_settings
from pyfly.context.errors import ContextStateError, SettingsError
from pyfly.context.settings import Settings

__all__ = [
    "ContextStateError",
    "Settings",
    "SettingsError",
    "load_settings",
]
