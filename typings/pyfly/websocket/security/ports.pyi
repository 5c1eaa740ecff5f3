# Generated from pyfly/websocket/security/ports.py; edit that, then run: python -m tools.stubs
"""What applications bring to decide about handshakes."""

from typing import Protocol

from pyfly.websocket.session import WebSocketSession

__all__ = ["HandshakeInterceptor"]

class HandshakeInterceptor(Protocol):
    """Sees every handshake before its handler does; every bean derived from it is asked.

    Attributes:
        order: Its place among the interceptors: lower first, equals in the order of beans.
    """

    order: int = 0
    async def before_handshake(self, session: WebSocketSession) -> None:
        """Look at a handshake: let it pass by returning, or deny it.

        It is denied by ``await session.deny(status, body)``, or by raising a `ProblemError`. What is written to
        ``session.user``, ``session.scopes``, ``session.expires_at`` and ``session.attributes`` is there for the
        handler. Any other error is logged, and denies with 500.

        Args:
            session: The session, not accepted yet.
        """
