"""What can go wrong in a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["InvalidMessage", "SessionStateError", "UnexpectedFrame", "WebSocketDisconnect", "WebSocketError"]


class WebSocketError(PyflyError):
    """Base of all errors of a session."""


class WebSocketDisconnect(WebSocketError):
    """The client has left.

    A handler need not catch it: uncaught it is a normal end of the session.

    Attributes:
        code: The client's close code; 1005 when its close frame had none, 1006 when there was no close frame.
        reason: The client's reason; often empty.
    """

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason or ""

    def __str__(self) -> str:
        return f"the client has left with close code {self.code}" + (f": {self.reason!r}" if self.reason else "")


class SessionStateError(WebSocketError, RuntimeError):
    """A call that the session's state does not allow.

    Attributes:
        call: The method that was called.
        state: The session's state, in words.
        mend: How to put it right.
    """

    def __init__(self, call: str, *, state: str, mend: str) -> None:
        super().__init__(call, state, mend)
        self.call = call
        self.state = state
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.call}: the session is {self.state}; {self.mend}"


class UnexpectedFrame(WebSocketError):
    """A frame of the other kind arrived than the one asked for; the session has been closed with 1003.

    Attributes:
        expected: The kind asked for: ``text`` or ``binary``.
        got: The kind that arrived.
    """

    def __init__(self, *, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected = expected
        self.got = got

    def __str__(self) -> str:
        return f"expected a {self.expected} frame, got a {self.got} frame"


class InvalidMessage(WebSocketError, ValueError):
    """A message does not parse or validate; the session stays usable.

    A handler may catch it and go on. Uncaught, the session is closed with 1007.

    Attributes:
        frame: The message as it came.
        errors: What is wrong with it, in pydantic's form: mappings with ``type``, ``loc`` and ``msg``.
    """

    def __init__(self, frame: str | bytes, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(frame, errors)
        self.frame = frame
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "invalid message: " + "; ".join(str(error["msg"]) for error in self.errors)
