# Generated from pyfly/websocket/security/pending.py; edit that, then run: python -m tools.stubs
"""Handshakes that wait for their handlers: not too many at once, and not for ever."""

from typing import final

from pyfly.websocket.attention import Attention
from pyfly.websocket.security.denials import AdmissionDenied
from pyfly.websocket.session import WebSocketSession

__all__ = ["PendingHandshakes", "too_late"]

def too_late() -> AdmissionDenied:
    """Return the denial of a handshake that was not accepted in time."""

@final
class PendingHandshakes:
    """All handshakes between their arrival and their handlers' `accept`.

    Args:
        most: How many there may be; 0 for any number.
        seconds: How long each may last; 0 for ever.

    Attributes:
        seconds: How long each may last; 0 for ever.
    """

    seconds: float
    def __init__(self, *, most: int = 0, seconds: float = 0) -> None: ...
    def __len__(self) -> int:
        """Return how many there are."""
    def begin(self, session: WebSocketSession, attention: Attention | None = None) -> None:
        """Take in that a handshake has come.

        Args:
            session: What it asks for.
            attention: Looks at the sessions of the running event loop; found out where it is not given.

        Raises:
            AdmissionDenied: There are too many.
        """
    def end(self, session: WebSocketSession) -> None:
        """Take in that a handshake has been answered; told twice is harmless."""
    def look(self) -> None:
        """Deny what has lasted too long; its handler is cancelled as if the client had left.

        Once there are none, it is looked at no more until another one comes.
        """
