"""Errors of the application context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ContextStateError", "SettingsError"]


class SettingsError(PyflyError):
    """Settings that cannot be loaded.

    Attributes:
        problems: One line for each: the variable, where it was found, what was got and what is expected.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(tuple(problems))
        self.problems: tuple[str, ...] = tuple(problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        return "\n  ".join([f"{len(self.problems)} settings are wrong:", *self.problems])


class ContextStateError(PyflyError):
    """The context was asked for something its state does not allow."""
