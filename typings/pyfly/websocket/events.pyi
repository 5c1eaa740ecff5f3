# Generated from pyfly/websocket/events.py; edit that, then run: python -m tools.stubs
"""Application events about sessions."""

from dataclasses import dataclass
from typing import final

from pyfly.websocket.security.denials import DenialReason
from pyfly.websocket.session import WebSocketSession

__all__ = ["SessionClosed", "SessionDenied", "SessionEvent", "SessionOpened"]

@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """Base of the session events.

    Attributes:
        session: The session; after it has closed it still tells who the client was.
        endpoint: ``Controller.method`` of the handler.
        path: The handler's full path template.
    """

    session: WebSocketSession
    endpoint: str
    path: str

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(SessionEvent):
    """A handshake was accepted."""

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosed(SessionEvent):
    """An accepted session has ended, and its `on_disconnect` hook has run.

    Attributes:
        code: The close code, the client's or the server's, whoever closed first; 1005 or 1006 when a client left
            without one, as the server tells the two apart.
        reason: The reason that came with it; may be empty.
        duration: Seconds since the handshake was accepted.
        received: Messages received.
        sent: Messages sent.
    """

    code: int
    reason: str
    duration: float
    received: int
    sent: int

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDenied(SessionEvent):
    """A handshake was answered with an HTTP response, and there is no session.

    Attributes:
        reason: Why, in one word; see `DenialReason`.
        status: The HTTP status. Where the server lacks the ASGI extension "WebSocket Denial Response", the client got
            403 instead.
    """

    reason: DenialReason
    status: int
