"""How conversations end, and what can go wrong in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfly.errors import PyflyError
from pyfly.websocket.close_codes import checked_close_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "CloseSession",
    "InvalidMessage",
    "SessionStateError",
    "UnexpectedFrame",
    "WebSocketDisconnect",
    "WebSocketError",
]


class WebSocketError(PyflyError):
    """Base of all errors of a session."""


class WebSocketDisconnect(WebSocketError):
    """The session has ended: the client has left, or somebody else closed the session.

    A handler need not catch it: uncaught it is a normal end of the session.

    Attributes:
        code: The close code. A client that closes without a code, or vanishes without a close frame, shows as 1005 or
            1006 (RFC 6455, section 7.1.5), as the server tells the two apart.
        reason: The reason that came with it; often empty.
    """

    def __init__(self, code: int = 1000, reason: str | None = None) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason: str = reason or ""

    def __str__(self) -> str:
        # Without the reason: it may be the client's, and what is raised may end up in a log.
        return f"the session has ended with close code {self.code}"


class CloseSession(WebSocketError):
    """Raised by a handler to end its session with a close code; before accept it refuses the handshake with a 403.

    Attributes:
        code: A close code that may be sent.
        reason: A short explanation for the client.

    Raises:
        TypeError: The reason is no text.
        ValueError: The close code may not be sent (RFC 6455, section 7.4).
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        if not isinstance(reason, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every caller is checked
            raise TypeError(f"a close reason is text, got {type(reason).__name__}")
        self.code: int = checked_close_code(code)
        self.reason = reason

    def __str__(self) -> str:
        return f"close with code {self.code}" + (f": {self.reason!r}" if self.reason else "")


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
        self.errors: tuple[Mapping[str, Any], ...] = tuple(errors)

    def __str__(self) -> str:
        return "invalid message: " + "; ".join(map(_words, self.errors))


def _words(error: Mapping[str, Any]) -> str:
    """Return what is wrong without what the client has sent, as it may end up in a log."""
    if error["type"] == "union_tag_invalid":
        told = error["ctx"]
        return f"Input tag found using {told['discriminator']} is none of {told['expected_tags']}"
    return str(error["msg"])


def tells_departure(error: Exception) -> bool:
    """Tell whether a connection raised since its client is gone: ``OSError``, or a framework's WebSocketDisconnect."""
    return isinstance(error, OSError) or any(kind.__name__ == "WebSocketDisconnect" for kind in type(error).__mro__)
