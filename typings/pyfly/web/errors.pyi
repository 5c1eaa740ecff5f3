# Generated from pyfly/web/errors.py; edit that, then run: python -m tools.stubs
"""Errors about what a client sent, and about what a handler gave back."""

from collections.abc import Sequence
from typing import NamedTuple, final

from pyfly.errors import PyflyError
from pyfly.web.parameters import ParameterSource
from pyfly.web.problems import ProblemError

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

@final
class InvalidArgumentsError(ProblemError):
    """A request whose values do not fit its handler's parameters; a 422 problem whose ``errors`` lists them.

    Attributes:
        faults: Each value that does not fit, in the order of the parameters; never empty.
    """

    faults: tuple[InvalidArgument, ...]
    def __init__(self, faults: Sequence[InvalidArgument]) -> None: ...

@final
class HandlerResultError(PyflyError):
    """A handler returned what its mapping cannot send.

    Attributes:
        handler: ``Controller.method``.
        problem: What it returned and why that cannot be sent.
    """

    handler: str
    problem: str
    def __init__(self, handler: str, problem: str) -> None: ...
