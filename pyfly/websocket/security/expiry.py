"""Ends sessions whose tokens run out."""

from __future__ import annotations

import itertools
import time
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Final, Protocol, final
from weakref import WeakKeyDictionary, ref

from pyfly.event_loops import PerLoop
from pyfly.websocket.attention import Attention

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Expiries", "Expiring"]


MOST_GONE: Final = 64
"""How many entries of sessions that are no more may stand among the others before that is looked at."""


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

    A look costs the same for any number. Each session has one entry, or more where its end was brought forward.
    """

    __slots__ = ("__weakref__", "_due", "_gone", "_next", "_numbers")

    def __init__(self) -> None:
        self._next: list[tuple[float, int, ref[Expiring]]] = []
        self._numbers = itertools.count()
        # When each session is looked at next, and how many entries belong to sessions that are no more.
        self._due: WeakKeyDictionary[Expiring, float] = WeakKeyDictionary()
        self._gone = 0

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
        self._add(session, at.timestamp())

    def _add(self, session: Expiring, at: float) -> None:
        if at < self._due.get(session, inf):
            self._due[session] = at
            heappush(self._next, (at, next(self._numbers), ref(session, self._count_gone)))

    def _count_gone(self, reference: object) -> None:
        self._gone += 1

    def look(self) -> None:
        """End what has run out."""
        if self._gone > MOST_GONE and self._gone * 2 > len(self._next):
            self._next = [entry for entry in self._next if entry[2]() is not None]
            heapify(self._next)
            self._gone = 0
        now = time.time()
        while self._next and self._next[0][0] <= now:
            at, _, reference = heappop(self._next)
            session = reference()
            if session is None:
                self._gone -= 1
            elif self._due.get(session) == at:
                del self._due[session]
                self._end_or_wait(session, now)
        if not self._next:
            Attention.here().dismiss(self)

    def _end_or_wait(self, session: Expiring, now: float) -> None:
        """End a session, unless that was put off."""
        if session.expires_at is None:
            return
        at = session.expires_at.timestamp()
        if at <= now:
            session.expire()
        else:
            self._add(session, at)


_of_loops: Final = PerLoop(Expiries)
