"""How much one connection may take of a turn of the event loop.

An event loop that reads what a client has sent reads on as long as more comes, before it turns to others. So a client
that sends pings or fragments without a pause would keep its server busy with nothing else, and from stopping.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, final

from pyfly.event_loops import PerLoop

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TURN_SECONDS", "Turns"]

TURN_SECONDS: Final = 0.002
"""After how many seconds of taking in what one client has sent others come first."""


@final
class Turns:
    """Those who have more to do than others can wait for: one of them goes on at each turn of the event loop."""

    __slots__ = ("__weakref__", "_line")

    def __init__(self) -> None:
        self._line: deque[Callable[[], None]] = deque()

    @staticmethod
    def here() -> Turns:
        """Return those of the running event loop."""
        return _of_loops.here()

    def queue(self, go_on: Callable[[], None]) -> None:
        """Have somebody go on when it is their turn."""
        self._line.append(go_on)
        if len(self._line) == 1:
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _take_turn(self) -> None:
        try:
            self._line[0]()
        finally:
            self._line.popleft()
            if self._line:
                asyncio.get_running_loop().call_soon(self._take_turn)


_of_loops: Final = PerLoop(Turns)
