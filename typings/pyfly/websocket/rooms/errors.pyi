# Generated from pyfly/websocket/rooms/errors.py; edit that, then run: python -m tools.stubs
"""What can go wrong between processes."""

from pyfly.errors import PyflyError

__all__ = ["BackplaneError"]

class BackplaneError(PyflyError):
    """The backplane could not do what it was asked for.

    Attributes:
        call: What was asked for.
        problem: What is wrong.
        unsure: Whether it may have been done nevertheless: a message may then have been delivered or not.
    """

    call: str
    problem: str
    unsure: bool
    def __init__(self, call: str, problem: str, *, unsure: bool = False) -> None: ...
