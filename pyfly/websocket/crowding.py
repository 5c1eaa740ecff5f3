"""Pauses of those who send to others, in which their event loop and their server turn to who receives."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, final

from pyfly.event_loops import PerLoop

__all__ = ["BREATH", "Crowded", "Crowding"]

BREATH: Final = 256
"""After how many messages a sender lets others run, since writing to a server that keeps up never waits.

At ten microseconds a message, nobody waits for longer than three milliseconds for one sender.
"""

MOMENT: Final = 0.001
"""Seconds that who sends to others gives them: a turn of the event loop is not enough for servers with threads."""

STALLED_MOMENTS: Final = 50
"""In how many moments a client may take nothing before it is slow, as far as those who send to others are concerned.

They are counted, as a client can take nothing while the event loop is kept busy.
"""

MOST_SECONDS: Final = 0.5
"""How many seconds of moments there are in a row, after none were needed for a while: enough for some large bursts."""

SHARE: Final = 0.5
"""Of the time that passes, what may be moments for ever: clients cannot make anybody send more slowly than by half."""


class Crowded(Protocol):
    """Something that fills up when messages are sent without a pause.

    Attributes:
        taken: How many messages were taken out of it.
        is_slow: Whether nobody waits for it, until all that is in it has been taken.
    """

    taken: int
    is_slow: bool

    @property
    def is_crowded(self) -> bool:
        """Whether much waits in it."""
        ...


@final
class Crowding:
    """How much was sent in an event loop, and has come to wait, since it could turn to others.

    A server that takes messages in a thread of its own takes none of those that are sent without a pause, so that they
    would be too many for a client that reads.
    """

    __slots__ = ("__weakref__", "_clear", "_crowded", "_delivered", "_left", "_left_at", "_queue", "_turns")

    def __init__(self) -> None:
        self._delivered = 0
        # Whether the event loop will have turned to all others before anybody goes on.
        self._turns = False
        # What is crowded, with how much was taken out of it at last, and in how many moments nothing has been since.
        self._crowded: dict[Crowded, tuple[int, int]] = {}
        self._clear = asyncio.Event()
        self._clear.set()
        self._queue = asyncio.Lock()
        # Seconds of moments that may still be given, and when that was so.
        self._left = MOST_SECONDS
        self._left_at = 0.0

    @staticmethod
    def here() -> Crowding:
        """Return the one of the running event loop."""
        return _of_loops.here()

    def count(self, messages: int) -> None:
        """Count what was done without a pause, by the number of messages that could be delivered meanwhile."""
        self._delivered += messages

    def note(self, crowded: Crowded) -> None:
        """Have all who send wait for something to be taken, until it is crowded no more, or known to be slow."""
        if not self._crowded:
            self._go_on()
        if crowded not in self._crowded:
            self._crowded[crowded] = crowded.taken, 0

    async def ease(self) -> None:
        """`breathe`, and wait while something is crowded; to be called between two messages by who sends to many."""
        await self.breathe()
        if not self._clear.is_set() or self._queue.locked():
            async with self._queue:  # first come, first served, as who goes on may crowd it again
                while not self._clear.is_set():
                    await self._clear.wait()

    async def breathe(self) -> None:
        """Let others run where much was delivered without a pause.

        Of many who publish at the same time, only one goes on for longer than a message before all others have run.
        """
        if self._delivered < BREATH:
            return
        if not self._turns:
            self._turns = True
            asyncio.get_running_loop().call_soon(self._turn)
        await asyncio.sleep(0)

    def _turn(self) -> None:
        self._delivered = 0
        self._turns = False

    def _go_on(self) -> None:
        """Give another moment, or one to those who wait."""
        if self._may_give():
            self._clear.clear()
        else:
            self._clear.set()
        asyncio.get_running_loop().call_later(MOMENT, self._look)

    def _look(self) -> None:
        for crowded, (before, moments) in list(self._crowded.items()):
            moved = crowded.taken != before
            if not crowded.is_crowded:
                del self._crowded[crowded]
            elif moved or moments < STALLED_MOMENTS:
                self._crowded[crowded] = crowded.taken, 0 if moved else moments + 1
            else:
                crowded.is_slow = True
                del self._crowded[crowded]
        self._delivered = 0
        if self._crowded:
            self._go_on()
        else:
            self._clear.set()

    def _may_give(self) -> bool:
        now = asyncio.get_running_loop().time()
        left = min(MOST_SECONDS, self._left + SHARE * (now - self._left_at))
        self._left, self._left_at = left, now
        if left < MOMENT:
            return False
        self._left -= MOMENT
        return True


_of_loops: Final = PerLoop(Crowding)
