"""Handshakes that wait for their handlers: not too many at once, and not for ever."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, final

from pyfly.web.problems import PROBLEM_MEDIA_TYPE, ProblemError
from pyfly.websocket.attention import Attention
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.security.denials import RETRY_AFTER, AdmissionDenied
from pyfly.websocket.session_core import SessionState

if TYPE_CHECKING:
    from pyfly.websocket.session import WebSocketSession

__all__ = ["PendingHandshakes", "too_late"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


def too_late() -> AdmissionDenied:
    """Return the denial of a handshake that was not accepted in time."""
    return AdmissionDenied("timeout", ProblemError(503, "The session was not accepted in time."))


@final
class PendingHandshakes:
    """All handshakes between their arrival and their handlers' `accept`.

    Args:
        most: How many there may be; 0 for any number.
        seconds: How long each may last; 0 for ever.

    Attributes:
        seconds: How long each may last; 0 for ever.
    """

    __slots__ = ("_denials", "_most", "_since", "_watched_by", "seconds")

    def __init__(self, *, most: int = 0, seconds: float = 0) -> None:
        self._most = most
        self._since: dict[WebSocketSession, float] = {}
        self._denials: set[asyncio.Task[None]] = set()
        self._watched_by: Attention | None = None
        self.seconds: float = seconds

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._since)

    def begin(self, session: WebSocketSession, attention: Attention | None = None) -> None:
        """Take in that a handshake has come.

        Args:
            session: What it asks for.
            attention: Looks at the sessions of the running event loop; found out where it is not given.

        Raises:
            AdmissionDenied: There are too many.
        """
        if self._most and len(self._since) >= self._most:
            detail = "There are too many handshakes at once."
            raise AdmissionDenied("pending", ProblemError(503, detail, headers=RETRY_AFTER))
        if self.seconds and (attention is None or attention is not self._watched_by):
            self._watched_by = attention or Attention.here()
            self._watched_by.watch(self)
        self._since[session] = time.monotonic()

    def end(self, session: WebSocketSession) -> None:
        """Take in that a handshake has been answered; told twice is harmless."""
        self._since.pop(session, None)

    def look(self) -> None:
        """Deny what has lasted too long; its handler is cancelled as if the client had left.

        Once there are none, it is looked at no more until another one comes.
        """
        latest = time.monotonic() - self.seconds
        for session, since in tuple(self._since.items()):
            if since > latest:
                break
            del self._since[session]
            denial = asyncio.create_task(self._deny(session), name="deny late handshake")
            self._denials.add(denial)
            denial.add_done_callback(self._denials.discard)
        if not self._since:
            Attention.here().dismiss(self)
            self._watched_by = None

    async def _deny(self, session: WebSocketSession) -> None:
        if session.state is not SessionState.CONNECTING:
            return
        logger.warning("%r was not accepted within %g seconds", session, self.seconds, extra=fields_of(session))
        denied = too_late()
        session.denied_for = denied.reason
        if denied.problem is not None:
            body = denied.problem.problem.to_json()
            await session.deny(denied.problem.status, body, media_type=PROBLEM_MEDIA_TYPE)
