"""What a user can get wrong on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from pyfly.context import ApplicationContext

__all__ = ["NothingToServeError", "TargetError"]


class TargetError(PyflyError):
    """What is to be run is not there, or is nothing that can be run.

    Attributes:
        target: What the user wrote.
        problem: What is wrong.
        mend: How to put it right; may be empty.
    """

    def __init__(self, target: str, problem: str, mend: str = "") -> None:
        super().__init__(target, problem, mend)
        self.target = target
        self.problem = problem
        self.mend = mend

    @property
    def message(self) -> str:
        """The problem and its mend, without the target."""
        return f"{self.problem}; {self.mend}" if self.mend else self.problem

    def __str__(self) -> str:
        return f"{self.target}: {self.message}"


class NothingToServeError(TargetError):
    """There is nothing in a target that could be served.

    Attributes:
        context: What there is of beans.
    """

    def __init__(self, target: str, problem: str, mend: str = "", *, context: ApplicationContext) -> None:
        super().__init__(target, problem, mend)
        self.context = context
