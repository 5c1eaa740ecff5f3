"""What can go wrong between processes."""

from __future__ import annotations

from pyfly.errors import PyflyError

__all__ = ["BackplaneError"]


class BackplaneError(PyflyError):
    """The backplane could not do what it was asked for.

    Attributes:
        call: What was asked for.
        problem: What is wrong.
        room: The room it is about, if any. It is not in the text: clients may name rooms, and the text may be logged.
        unsure: Whether it may have been done nevertheless: a message may then have been delivered or not.
    """

    def __init__(self, call: str, problem: str, *, room: str | None = None, unsure: bool = False) -> None:
        super().__init__(call, problem)
        self.call = call
        self.problem = problem
        self.room = room
        self.unsure = unsure

    def __str__(self) -> str:
        return f"{self.call}: {self.problem}{'; it may have been done or not' if self.unsure else ''}"
