# Generated from pyfly/context/errors.py; edit that, then run: python -m tools.stubs
"""Errors of the application context."""

from collections.abc import Sequence

from pyfly.errors import PyflyError

__all__ = ["ContextStateError", "SettingsError"]

class SettingsError(PyflyError):
    """Settings that cannot be loaded.

    Attributes:
        problems: One line for each: the variable, where it was found, what was got and what is expected.
    """

    problems: tuple[str, ...]
    def __init__(self, problems: Sequence[str]) -> None: ...

class ContextStateError(PyflyError):
    """The context was asked for something its state does not allow."""
