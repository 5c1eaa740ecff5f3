# Generated from pyfly/draining.py; edit that, then run: python -m tools.stubs
"""How a server that stops tells what runs in its event loop, before it closes any connection."""

from collections.abc import AsyncGenerator, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar, final

__all__ = ["GOING_AWAY", "SERVICE_RESTART", "DrainPlan", "Drainable", "Draining"]

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
    def batches(self, connections: Sequence[T], *, seconds: float) -> AsyncGenerator[Sequence[T]]:
        """Iterate over connections in batches, with a pause before each but the first.

        Args:
            connections: What is to be ended.
            seconds: What all pauses may take; batches grow where they would not be through by then.
        """

class Drainable(Protocol):
    """What holds connections that it can end better than their server."""
    async def drain(self, plan: DrainPlan) -> None:
        """End those of the running event loop, and return when they have ended or the time is over."""

@final
class Draining:
    """The end of one event loop's server.

    Attributes:
        begun: Whether it has begun: nothing new is to be let in.
    """

    begun: bool
    def __init__(self) -> None: ...
    @staticmethod
    def here() -> Draining:
        """Return the one of the running event loop."""
    def join(self, part: Drainable) -> None:
        """Have something drained, for as long as it exists; twice is harmless."""
    async def run(self, plan: DrainPlan) -> None:
        """Drain everything; what fails is logged."""
    def end(self) -> None:
        """Let connections in again: the server has stopped, and the event loop may get another."""
