"""Ends sessions in which nothing is said for too long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, final

from pyfly.websocket.attention import Attention
from pyfly.websocket.close_codes import CloseCode

if TYPE_CHECKING:
    from pyfly.websocket.session import WebSocketSession

__all__ = ["IdleSessions"]


@final
class IdleSessions:
    """Looks at the counts of messages that sessions keep anyway, so that no message pays for it.

    Args:
        seconds: How long a session may neither receive nor send.
    """

    __slots__ = ("_seconds", "_seen")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[WebSocketSession, tuple[int, float]] = {}

    def watch(self, session: WebSocketSession) -> None:
        """Look at an open session until it is dismissed."""
        if not self._seen:
            Attention.here().watch(self)
        self._seen[session] = (0, time.monotonic())

    def dismiss(self, session: WebSocketSession) -> None:
        """Look at a session no more; told twice is harmless."""
        if self._seen.pop(session, None) is not None and not self._seen:
            Attention.here().dismiss(self)

    def look(self) -> None:
        """Close the sessions in which nothing was said since long ago."""
        now = time.monotonic()
        for session, (count, since) in tuple(self._seen.items()):
            said = session.received + session.sent
            if said != count:
                self._seen[session] = (said, now)
            elif now - since >= self._seconds:
                self.dismiss(session)
                session.end(CloseCode.TIMEOUT, "idle for too long")
