# Generated from pyfly/websocket/rooms/errors.py; edit that, then run: python -m tools.stubs
"""What can go wrong between processes."""

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

    call: str
    problem: str
    room: str | None
    unsure: bool
    def __init__(self, call: str, problem: str, *, room: str | None = None, unsure: bool = False) -> None: ...
