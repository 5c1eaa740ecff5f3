# Generated from pyfly/draining.py; edit that, then run: python -m tools.stubs
"""How a server that stops tells what runs in its event loop, before it closes any connection."""

from typing import NamedTuple, Protocol, final

__all__ = ["DrainPlan", "Drainable", "Draining"]

@final
class DrainPlan(NamedTuple):
    """How connections are brought to their end.

    Attributes:
        code: The close code that clients get: 1001 when the server goes away, 1012 when it comes back at once.
        batch: How many are asked at once to come elsewhere.
        pause: Seconds between two batches.
        seconds: What all of it may take; batches grow where they would not be through after half of it.
    """

    code: int = 1001
    batch: int = 100
    pause: float = 0.1
    seconds: float = 3.5
    def batch_size(self, count: int) -> int:
        """Return how many of `count` connections make a batch."""

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
