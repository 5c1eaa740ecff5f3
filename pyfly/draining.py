"""How a server that stops tells what runs in its event loop, before it closes any connection."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar, final
from weakref import WeakSet

from pyfly.event_loops import PerLoop

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

__all__ = ["GOING_AWAY", "SERVICE_RESTART", "DrainPlan", "Drainable", "Draining"]

logger: logging.Logger = logging.getLogger("pyfly.server")

T = TypeVar("T")

GOING_AWAY: Final = 1001
"""The close code of a server that goes away (RFC 6455, section 7.4.1)."""

SERVICE_RESTART: Final = 1012
"""The close code of a server that comes back at once (IANA's registry of close codes)."""


@final
class DrainPlan(NamedTuple):
    """How connections are brought to their end.

    Attributes:
        code: The close code that clients get.
        batch: How many are closed at once, at least; their clients may all come back in the same moment.
        pause: Seconds between two batches.
        seconds: What all of it may take.
    """

    code: int = GOING_AWAY
    batch: int = 100
    pause: float = 0.1
    seconds: float = 5.0

    async def batches(self, connections: Sequence[T], *, seconds: float) -> AsyncGenerator[Sequence[T]]:
        """Iterate over connections in batches, with a pause before each but the first.

        Args:
            connections: What is to be ended.
            seconds: What all pauses may take; batches grow where they would not be through by then.
        """
        pauses = int(seconds / self.pause) if self.pause else 0
        size = max(self.batch, -(-len(connections) // (pauses + 1)))
        for begin in range(0, len(connections), size):
            if begin:
                await asyncio.sleep(self.pause)
            yield connections[begin : begin + size]


class Drainable(Protocol):
    """What holds connections that it can end better than their server."""

    async def drain(self, plan: DrainPlan) -> None:
        """End those of the running event loop, and return when they have ended or the time is over."""
        ...


@final
class Draining:
    """The end of one event loop's server.

    Attributes:
        begun: Whether it has begun: nothing new is to be let in.
    """

    __slots__ = ("__weakref__", "_parts", "begun")

    def __init__(self) -> None:
        self._parts: WeakSet[Drainable] = WeakSet()
        self.begun: bool = False

    @staticmethod
    def here() -> Draining:
        """Return the one of the running event loop."""
        return _of_loops.here()

    def join(self, part: Drainable) -> None:
        """Have something drained, for as long as it exists; twice is harmless."""
        self._parts.add(part)

    async def run(self, plan: DrainPlan) -> None:
        """Drain everything; what fails is logged."""
        self.begun = True
        parts = tuple(self._parts)
        for outcome in await asyncio.gather(*(part.drain(plan) for part in parts), return_exceptions=True):
            if isinstance(outcome, Exception):
                logger.error("Connections could not be drained", exc_info=outcome)

    def end(self) -> None:
        """Let connections in again: the server has stopped, and the event loop may get another."""
        self.begun = False


_of_loops: Final = PerLoop(Draining)
