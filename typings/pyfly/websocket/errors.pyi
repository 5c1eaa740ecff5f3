# Generated from pyfly/websocket/errors.py; edit that, then run: python -m tools.stubs
"""How conversations end, and what can go wrong in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from pyfly.errors import PyflyError

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

    code: int
    reason: str
    def __init__(self, code: int = 1000, reason: str | None = None) -> None: ...

class CloseSession(WebSocketError):
    """Raised by a handler to end its session with a close code; before accept it refuses the handshake with a 403.

    Attributes:
        code: A close code that may be sent.
        reason: A short explanation for the client.

    Raises:
        TypeError: The reason is no text.
        ValueError: The close code may not be sent (RFC 6455, section 7.4).
    """

    code: int
    reason: str
    def __init__(self, code: int, reason: str = "") -> None: ...

class SessionStateError(WebSocketError, RuntimeError):
    """A call that the session's state does not allow.

    Attributes:
        call: The method that was called.
        state: The session's state, in words.
        mend: How to put it right.
    """

    call: str
    state: str
    mend: str
    def __init__(self, call: str, *, state: str, mend: str) -> None: ...

class UnexpectedFrame(WebSocketError):
    """A frame of the other kind arrived than the one asked for; the session has been closed with 1003.

    Attributes:
        expected: The kind asked for: ``text`` or ``binary``.
        got: The kind that arrived.
    """

    expected: str
    got: str
    def __init__(self, *, expected: str, got: str) -> None: ...

class InvalidMessage(WebSocketError, ValueError):
    """A message does not parse or validate; the session stays usable.

    A handler may catch it and go on. Uncaught, the session is closed with 1007.

    Attributes:
        frame: The message as it came.
        errors: What is wrong with it, in pydantic's form: mappings with ``type``, ``loc`` and ``msg``.
    """

    frame: str | bytes
    errors: tuple[Mapping[str, Any], ...]
    def __init__(self, frame: str | bytes, errors: Sequence[Mapping[str, Any]]) -> None: ...
