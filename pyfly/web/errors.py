"""Errors about what a client sent, and about what a handler gave back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

from pyfly.errors import PyflyError
from pyfly.web.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.web.parameters import ParameterSource

__all__ = ["HandlerResultError", "InvalidArgument", "InvalidArgumentsError"]


@final
class InvalidArgument(NamedTuple):
    """One value of a request that does not fit, without the value itself.

    Attributes:
        where: The part of the request.
        name: The value's name there; in a body the dotted way to it, empty for the body itself.
        type: pydantic's name for the kind of fault, such as ``missing`` or ``int_parsing``.
        message: What is wrong, for people.
    """

    where: ParameterSource
    name: str
    type: str
    message: str

    def __str__(self) -> str:
        return f"{self.where} {self.name}: {self.message}" if self.name else f"{self.where}: {self.message}"


@final
class InvalidArgumentsError(ProblemError):
    """A request whose values do not fit its handler's parameters; a 422 problem whose ``errors`` lists them.

    Attributes:
        faults: Each value that does not fit, in the order of the parameters; never empty.
    """

    def __init__(self, faults: Sequence[InvalidArgument]) -> None:
        count = f"{len(faults)} values that are" if len(faults) > 1 else "a value that is"
        super().__init__(422, f"The request has {count} not valid.", errors=[fault._asdict() for fault in faults])
        self.faults: tuple[InvalidArgument, ...] = tuple(faults)

    def __str__(self) -> str:
        return "; ".join(str(fault) for fault in self.faults)


@final
class HandlerResultError(PyflyError):
    """A handler returned what its mapping cannot send.

    Attributes:
        handler: ``Controller.method``.
        problem: What it returned and why that cannot be sent.
    """

    def __init__(self, handler: str, problem: str) -> None:
        super().__init__(handler, problem)
        self.handler = handler
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.handler} {self.problem}"
