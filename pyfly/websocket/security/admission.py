"""The one place where it is decided whether a handshake reaches its handler."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.context import Settings  # noqa: TC001  # the container reads it
from pyfly.web.problems import ProblemError
from pyfly.web.security.access import expired
from pyfly.web.security.paths import is_legible
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.open_sessions import OpenSessions  # noqa: TC001  # the container reads it
from pyfly.websocket.outbox import OutboxLimits
from pyfly.websocket.security.denials import AdmissionDenied
from pyfly.websocket.security.idle import IdleSessions
from pyfly.websocket.security.origins import Origins
from pyfly.websocket.security.pending import PendingHandshakes, too_late
from pyfly.websocket.security.places import Place, Places
from pyfly.websocket.security.ports import HandshakeInterceptor  # noqa: TC001  # the container reads it
from pyfly.websocket.security.rate import MeteredConnection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.web.security.access import Access
    from pyfly.websocket.attention import Attention
    from pyfly.websocket.ports import Connection
    from pyfly.websocket.session import WebSocketSession

__all__ = ["Admission"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


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

    __slots__ = (
        "_idle",
        "_interceptors",
        "_origins",
        "_rate",
        "_sessions",
        "challenge",
        "disconnect_timeout",
        "has_interceptors",
        "limits_messages",
        "outbox",
        "pending",
        "places",
    )

    def __init__(self, settings: Settings, interceptors: list[HandshakeInterceptor], sessions: OpenSessions) -> None:
        self._sessions: Final = sessions
        self._origins: Final = Origins(settings.allowed_origins, missing=settings.allow_missing_origin)
        self.places: Final[Places] = Places(
            total=settings.max_sessions,
            per_address=settings.max_sessions_per_address,
            per_user=settings.max_sessions_per_user,
        )
        self.pending: Final[PendingHandshakes] = PendingHandshakes(
            most=settings.max_pending_handshakes, seconds=settings.accept_timeout
        )
        self._interceptors: Final = tuple(sorted(interceptors, key=lambda interceptor: interceptor.order))
        self.outbox: Final[OutboxLimits] = OutboxLimits(
            messages=settings.outbox_messages,
            size=settings.outbox_size,
            seconds=settings.outbox_seconds,
            overflow=settings.outbox_overflow,
        )
        self.challenge: Final[str] = settings.authentication_challenge
        self.disconnect_timeout: Final[float] = settings.disconnect_timeout
        self._idle: Final = IdleSessions(settings.idle_timeout) if settings.idle_timeout else None
        self._rate: Final = (settings.message_rate, settings.message_burst or max(1, int(2 * settings.message_rate)))
        self.has_interceptors: Final[bool] = bool(interceptors)
        self.limits_messages: Final[bool] = settings.message_rate > 0

    @property
    def draining(self) -> bool:
        """Whether every handshake is denied with 503, since the server is about to stop."""
        return self._sessions.draining

    def metered(self, connection: Connection) -> MeteredConnection:
        """Return a connection that holds to the limit for messages."""
        rate, burst = self._rate
        return MeteredConnection(connection, rate=rate, burst=burst)

    def enter(self, session: WebSocketSession, scope: Mapping[str, Any], attention: Attention | None) -> Place:
        """Let a handshake in, as far as can be told without knowing whose it is; `leave` gives back what it takes up.

        Args:
            session: The session, not accepted yet.
            scope: Its ASGI scope.
            attention: Looks at the sessions of the running event loop; None where the server drains.

        Raises:
            AdmissionDenied: It is not let in.
        """
        if attention is None:
            detail = "The server is about to stop."
            raise AdmissionDenied("draining", ProblemError(503, detail, headers={"Retry-After": "1"}))
        if not is_legible(scope):
            raise AdmissionDenied("path", ProblemError(400, "The path is not valid UTF-8, or has a NUL in it."))
        place = self.places.take(scope.get("client"))
        try:
            self.pending.begin(session, attention)
            if not self._origins.admit(scope):
                raise AdmissionDenied("origin", ProblemError(403, "Pages of this origin may not open sessions."))
        except BaseException:
            self.leave(session, place)
            raise
        return place

    def check_user(self, session: WebSocketSession, place: Place, access: Access | None) -> None:
        """Check whose session it is; a session whose user is not known needs that only where access asks for one.

        Args:
            session: The session, not accepted yet.
            place: What it takes up.
            access: What its handler requires of its user.

        Raises:
            AdmissionDenied: It is not let in.
        """
        if access is not None or session.expires_at is not None:
            self._check(session, access)
        if self.places.counts_users and session.authenticated:
            self.places.claim(place, session.user)

    def open(self, session: WebSocketSession) -> None:
        """Take in that a session was accepted."""
        self.pending.end(session)
        if self._idle is not None:
            self._idle.watch(session)

    def leave(self, session: WebSocketSession, place: Place) -> None:
        """Take in that a session has ended."""
        self.places.leave(place)
        if not session.accepted:
            self.pending.end(session)
        if self._idle is not None:
            self._idle.dismiss(session)

    async def ask(self, session: WebSocketSession) -> None:
        """Have interceptors look at a handshake.

        Raises:
            AdmissionDenied: One of them does not let it in.
        """
        limit = asyncio.timeout(self.pending.seconds or None)
        try:
            async with limit:
                for interceptor in self._interceptors:
                    await interceptor.before_handshake(session)
                    if session.close_code is not None:
                        raise AdmissionDenied(session.denied_for or "interceptor", None)
        except AdmissionDenied:
            raise
        except ProblemError as problem:
            raise AdmissionDenied("error" if problem.status >= 500 else "interceptor", problem) from None
        except Exception as error:
            if isinstance(error, TimeoutError) and limit.expired():
                raise too_late() from None
            message, fields = "A handshake interceptor failed in session %s", fields_of(session)
            logger.warning(message, session.id, exc_info=error, extra=fields)
            raise AdmissionDenied("error", ProblemError(500)) from None

    def _check(self, session: WebSocketSession, access: Access | None) -> None:
        problem = None
        if session.has_expired:
            problem = expired(self.challenge)
        elif access is not None:
            problem = access.problem(
                authenticated=session.authenticated, scopes=session.scopes, challenge=self.challenge
            )
        if problem is not None:
            raise AdmissionDenied("unauthenticated" if problem.status == 401 else "forbidden", problem)
