"""A moment for clients that read, in which their server takes what came for them all at once."""

from __future__ import annotations

import asyncio
from typing import Final, final

from pyfly.event_loops import PerLoop

__all__ = ["BURST_SECONDS", "Crowding"]

BURST_SECONDS: Final = 0.05
"""For how long what waits for a client may just not have been taken yet; after that the client is slow."""

MOMENT: Final = 0.001
"""Seconds that who sends to others gives them: a turn of the event loop is not enough for servers with threads."""


@final
class Crowding:
    """Whether much has come to wait for somebody since the event loop could turn to them.

    A server that takes messages in a thread of its own takes none of those that are sent without a pause, so that they
    would be too many for a client that reads.
    """

    __slots__ = ("__weakref__", "_noted")

    def __init__(self) -> None:
        self._noted = False

    @staticmethod
    def here() -> Crowding:
        """Return the one of the running event loop."""
        return _of_loops.here()

    def note(self) -> None:
        """Note that an outbox has become half full of what came in a burst."""
        self._noted = True

    async def ease(self) -> None:
        """Wait for a moment if something was noted; to be called by who sends to others, between two messages."""
        if self._noted:
            self._noted = False
            await asyncio.sleep(MOMENT)


_of_loops: Final = PerLoop(Crowding)
