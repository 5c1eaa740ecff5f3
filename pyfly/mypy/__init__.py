"""The plugin for mypy, `plugins = ["pyfly.mypy"]`: checks what plain types cannot say.

Its rules are those of a start and of `pyfly check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfly.mypy.plugin import PyflyPlugin

if TYPE_CHECKING:
    from mypy.plugin import Plugin

__all__ = ["plugin"]


def plugin(version: str) -> type[Plugin]:
    """Return the plugin's class, as mypy asks for it.

    Args:
        version: mypy's version.
    """
    return PyflyPlugin
