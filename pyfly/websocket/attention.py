"""Looks, from time to time, for handlers that wait for something else than a message of their client."""

from __future__ import annotations

import asyncio
import logging
from contextvars import Context
from typing import Final, Protocol, final

from pyfly.event_loops import PerLoop

__all__ = ["SWEEP_SECONDS", "Attention", "Attentive"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

SWEEP_SECONDS: Final = 0.3
"""Time between two looks. At the fourth one a handler that noticed nothing of its client's departure is cancelled."""


class Attentive(Protocol):
    """What is looked at."""

    def look(self) -> None:
        """See whether the handler listens, and do what is to be done when it does not."""
        ...


@final
class Attention:
    """Looks at the sessions of one event loop: a timer while there are any, and nothing otherwise."""

    __slots__ = ("__weakref__", "_sessions", "_ticking")

    def __init__(self) -> None:
        self._sessions: set[Attentive] = set()
        self._ticking = False

    @staticmethod
    def here() -> Attention:
        """Return the one of the running event loop."""
        return _of_loops.here()

    def watch(self, session: Attentive) -> None:
        """Look at a session until it is dismissed."""
        self._sessions.add(session)
        if not self._ticking:
            self._ticking = True
            self._tick()

    def dismiss(self, session: Attentive) -> None:
        """Look at a session no more."""
        self._sessions.discard(session)

    def _tick(self) -> None:
        # A context of its own: the timer would keep that of the session it began with.
        asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._look, context=Context())

    def _look(self) -> None:
        if not self._sessions:
            self._ticking = False
            return
        self._tick()
        for session in tuple(self._sessions):
            try:
                session.look()
            except Exception:
                logger.exception("%r could not be looked after", session)


_of_loops: Final = PerLoop(Attention)
