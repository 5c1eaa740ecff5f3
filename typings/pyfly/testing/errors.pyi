# Generated from pyfly/testing/errors.py; edit that, then run: python -m tools.stubs
"""What a test client tells of a session that went another way than the test expected."""

from collections.abc import Sequence
from typing import Any

from pyfly.errors import PyflyError
from pyfly.testing.messages import Closing

__all__ = [
    "ArgumentError",
    "ClientError",
    "ClientTimeout",
    "EndpointError",
    "HandlerFailed",
    "HandshakeDenied",
    "OverrideError",
    "SessionEnded",
    "UnexpectedMessage",
]

class ClientError(PyflyError):
    """Base of everything a test client raises on its own account."""

class EndpointError(ClientError):
    """The application serves no such handler, or its address cannot be told.

    Attributes:
        problem: What is wrong.
        mend: How to put it right.
    """

    problem: str
    mend: str
    def __init__(self, problem: str, mend: str) -> None: ...

class ArgumentError(EndpointError, TypeError):
    """The arguments given for a handler's parameters make no handshake."""

class OverrideError(EndpointError):
    """A bean cannot be replaced for a test."""

class HandshakeDenied(ClientError):
    """The handshake was refused with an HTTP response.

    Where the handler had failed, what it raised is the cause.

    Attributes:
        label: What refused: ``Controller.method``, or the address.
        status: The HTTP status.
        headers: The response's headers; names in lower case.
        body: The response's body.
    """

    label: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    def __init__(self, label: str, status: int, headers: Sequence[tuple[str, str]] = (), body: bytes = b"") -> None: ...
    @property
    def text(self) -> str:
        """The body as text."""
    @property
    def problem(self) -> dict[str, Any]:
        """The problem document in the body (RFC 9457); empty where there is none."""

class SessionEnded(ClientError):
    """The session has ended where a message was expected, or was to be sent.

    Where the handler had failed, what it raised is the cause.

    Attributes:
        attempt: What was tried, in words.
        closing: How the session ended.
    """

    attempt: str
    closing: Closing
    def __init__(self, attempt: str, closing: Closing) -> None: ...
    @property
    def code(self) -> int:
        """The close code."""
    @property
    def reason(self) -> str:
        """The reason that came with it; may be empty."""

class ClientTimeout(ClientError, TimeoutError):
    """Something that was waited for did not come in time.

    Attributes:
        awaited: What was waited for.
        seconds: For how long.
        state: What the session is about.
        mend: How to put it right.
    """

    awaited: str
    seconds: float
    state: str
    mend: str
    def __init__(self, awaited: str, *, seconds: float, state: str, mend: str) -> None: ...

class UnexpectedMessage(ClientError):
    """A message came that is none of those the test was ready for.

    Attributes:
        expected: What was expected.
        frame: What came.
        mend: How to put it right; may be empty.
    """

    expected: str
    frame: str | bytes
    mend: str
    def __init__(self, expected: str, frame: str | bytes, mend: str = "") -> None: ...

class HandlerFailed(ClientError):
    """A handler, or the cleanup after it, raised something, and nothing in the test has shown that it knows.

    What was raised is the cause.

    Attributes:
        label: ``Controller.method``, or the address.
        error: What was raised.
    """

    label: str
    error: BaseException
    def __init__(self, label: str, error: BaseException) -> None: ...
