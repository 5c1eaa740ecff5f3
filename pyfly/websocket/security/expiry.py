"""Ends sessions whose tokens run out."""

from __future__ import annotations

import itertools
import time
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Protocol, final
from weakref import ref

from pyfly.event_loops import PerLoop
from pyfly.websocket.attention import Attention

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Expiries", "Expiring"]


class Expiring(Protocol):
    """A session that may end by the clock."""

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, or None."""
        ...

    def expire(self) -> None:
        """End it without waiting."""
        ...


@final
class Expiries:
    """The sessions of one event loop that end by the clock, the next one first.

    A look costs the same for any number.
    """

    __slots__ = ("__weakref__", "_next", "_numbers")

    def __init__(self) -> None:
        self._next: list[tuple[float, int, ref[Expiring]]] = []
        self._numbers = itertools.count()

    @staticmethod
    def here() -> Expiries | None:
        """Return those of the running event loop; None where none runs."""
        try:
            return _of_loops.here()
        except RuntimeError:
            return None

    def add(self, session: Expiring, at: datetime) -> None:
        """End a session at a time, unless it has another `expires_at` by then."""
        if not self._next:
            Attention.here().watch(self)
        heappush(self._next, (at.timestamp(), next(self._numbers), ref(session)))

    def look(self) -> None:
        """End what has run out."""
        now = time.time()
        while self._next and self._next[0][0] <= now:
            at, _, reference = heappop(self._next)
            session = reference()
            if session is not None and session.expires_at is not None and session.expires_at.timestamp() <= at:
                session.expire()
        if not self._next:
            Attention.here().dismiss(self)


_of_loops: Final = PerLoop(Expiries)
