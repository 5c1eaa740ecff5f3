"""What a test client tells of a session that went another way than the test expected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Sequence

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

_LONGEST_BODY = 500


class ClientError(PyflyError):
    """Base of everything a test client raises on its own account."""


class EndpointError(ClientError):
    """The application serves no such handler, or its address cannot be told.

    Attributes:
        problem: What is wrong.
        mend: How to put it right.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem, mend)
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem}; {self.mend}" if self.mend else self.problem


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

    def __init__(self, label: str, status: int, headers: Sequence[tuple[str, str]] = (), body: bytes = b"") -> None:
        super().__init__(label, status, headers, body)
        self.label = label
        self.status = status
        self.headers: tuple[tuple[str, str], ...] = tuple(headers)
        self.body = body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document in the body (RFC 9457); empty where there is none."""
        media_type = dict(self.headers).get("content-type", "").partition(";")[0]
        return json.loads(self.body) if media_type == "application/problem+json" else {}

    def __str__(self) -> str:
        told = self.text[:_LONGEST_BODY]
        because = f"; it failed: {_described(self.__cause__)}" if self.__cause__ is not None else ""
        return f"{self.label} refused the handshake with {self.status}{f': {told}' if told else ''}{because}"


class SessionEnded(ClientError):
    """The session has ended where a message was expected, or was to be sent.

    Where the handler had failed, what it raised is the cause.

    Attributes:
        attempt: What was tried, in words.
        closing: How the session ended.
    """

    def __init__(self, attempt: str, closing: Closing) -> None:
        super().__init__(attempt, closing)
        self.attempt = attempt
        self.closing = closing

    @property
    def code(self) -> int:
        """The close code."""
        return self.closing.code

    @property
    def reason(self) -> str:
        """The reason that came with it; may be empty."""
        return self.closing.reason

    def __str__(self) -> str:
        because = f"; its handler failed: {_described(self.__cause__)}" if self.__cause__ is not None else ""
        return f"{self.attempt}: the session has ended with {self.closing}{because}"


class ClientTimeout(ClientError, TimeoutError):
    """Something that was waited for did not come in time.

    Attributes:
        awaited: What was waited for.
        seconds: For how long.
        state: What the session is about.
        mend: How to put it right.
    """

    def __init__(self, awaited: str, *, seconds: float, state: str, mend: str) -> None:
        super().__init__(awaited, seconds, state, mend)
        self.awaited = awaited
        self.seconds = seconds
        self.state = state
        self.mend = mend

    def __str__(self) -> str:
        return f"waited {self.seconds:g} s for {self.awaited}: {self.state}; {self.mend}"


class UnexpectedMessage(ClientError):
    """A message came that is none of those the test was ready for.

    Attributes:
        expected: What was expected.
        frame: What came.
        mend: How to put it right; may be empty.
    """

    def __init__(self, expected: str, frame: str | bytes, mend: str = "") -> None:
        super().__init__(expected, frame, mend)
        self.expected = expected
        self.frame = frame
        self.mend = mend

    def __str__(self) -> str:
        kind = "text" if isinstance(self.frame, str) else "binary"
        shown = repr(self.frame[:_LONGEST_BODY])
        return f"expected {self.expected}, got a {kind} frame {shown}{f'; {self.mend}' if self.mend else ''}"


class HandlerFailed(ClientError):
    """A handler, or the cleanup after it, raised something, and nothing in the test has shown that it knows.

    What was raised is the cause.

    Attributes:
        label: ``Controller.method``, or the address.
        error: What was raised.
    """

    def __init__(self, label: str, error: BaseException) -> None:
        super().__init__(label, error)
        self.label = label
        self.error = error

    def __str__(self) -> str:
        return (
            f"{self.label} failed: {_described(self.error)}; if the test means it to, "
            "let it wait for the end with client.closed(), or expect HandlerFailed"
        )


def _described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
