# Generated from pyfly/websocket/security/admission.py; edit that, then run: python -m tools.stubs
"""The one place where it is decided whether a handshake reaches its handler."""

from collections.abc import Mapping
from typing import Any, Final, final

from pyfly.context import Settings
from pyfly.web.security.access import Access
from pyfly.websocket.attention import Attention
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.ports import Connection
from pyfly.websocket.security.pending import PendingHandshakes
from pyfly.websocket.security.places import Place, Places
from pyfly.websocket.security.ports import HandshakeInterceptor
from pyfly.websocket.security.rate import MeteredConnection
from pyfly.websocket.session import WebSocketSession

__all__ = ["Admission"]

@final
class Admission:
    """Decides about the handshakes of an application.

    In this order, the cheapest first: whether the server drains, whether the path can be read, whether there are
    places, whether the page is of an origin that is let in, what the `HandshakeInterceptor` beans say, what
    ``@authenticated`` and ``@requires`` ask for, and whether the user has places.

    Args:
        settings: The limits, and the origins.
        interceptors: All beans of that type.
        sessions: The sessions of the application.

    Attributes:
        has_interceptors: Whether there is anybody to `ask`.
        limits_messages: Whether connections are to be `metered`.
        places: Who takes up how much.
        pending: Handshakes that wait for their handlers.
        disconnect_timeout: Seconds that each part of a session's cleanup may take; 0 for ever.
        outbox: How much may wait for one client where its handler's mapping does not say.
        challenge: The ``WWW-Authenticate`` of a 401.
    """

    places: Final[Places]
    pending: Final[PendingHandshakes]
    outbox: Final[OutboxLimits]
    challenge: Final[str]
    disconnect_timeout: Final[float]
    has_interceptors: Final[bool]
    limits_messages: Final[bool]
    def __init__(
        self, settings: Settings, interceptors: list[HandshakeInterceptor], sessions: OpenSessions
    ) -> None: ...
    @property
    def draining(self) -> bool:
        """Whether every handshake is denied with 503, since the server is about to stop."""
    def metered(self, connection: Connection) -> MeteredConnection:
        """Return a connection that holds to the limit for messages."""
    def enter(self, session: WebSocketSession, scope: Mapping[str, Any], attention: Attention | None) -> Place:
        """Let a handshake in, as far as can be told without knowing whose it is; `leave` gives back what it takes up.

        Args:
            session: The session, not accepted yet.
            scope: Its ASGI scope.
            attention: Looks at the sessions of the running event loop; None where the server drains.

        Raises:
            AdmissionDenied: It is not let in.
        """
    def check_user(self, session: WebSocketSession, place: Place, access: Access | None) -> None:
        """Check whose session it is; a session whose user is not known needs that only where access asks for one.

        Args:
            session: The session, not accepted yet.
            place: What it takes up.
            access: What its handler requires of its user.

        Raises:
            AdmissionDenied: It is not let in.
        """
    def open(self, session: WebSocketSession) -> None:
        """Take in that a session was accepted."""
    def leave(self, session: WebSocketSession, place: Place) -> None:
        """Take in that a session has ended."""
    async def ask(self, session: WebSocketSession) -> None:
        """Have interceptors look at a handshake.

        Raises:
            AdmissionDenied: One of them does not let it in.
        """
