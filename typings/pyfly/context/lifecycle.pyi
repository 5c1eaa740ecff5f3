# Generated from pyfly/context/lifecycle.py; edit that, then run: python -m tools.stubs
"""Start and stop, one at a time, however many ask."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import final

__all__ = ["Lifecycle", "LifecycleState"]

@final
class LifecycleState(Enum):
    """Where a context stands."""

    STOPPED = "stopped"
    STARTING = "starting"
    STARTED = "started"
    STOPPING = "stopping"

@final
class Lifecycle:
    """Runs two procedures so that they never overlap and each is run only where it is due.

    What takes part in a start, or in a stop, may ask for the same again: it is told at once that it is on its way,
    and never waits for itself.

    Args:
        start: Starts; what it raises means that nothing was started.
        stop: Stops; it is told whether the start was completed.
    """
    def __init__(self, start: Callable[[], Awaitable[None]], stop: Callable[[bool], Awaitable[None]]) -> None: ...
    @property
    def state(self) -> LifecycleState:
        """Where the context stands now."""
    async def ensure_started(self) -> None:
        """Start, unless that is done; but never again after a stop.

        Raises:
            ContextStateError: It was stopped, or the caller takes part in a stop.
        """
    async def start(self) -> None:
        """Start, unless that is done; wait for whoever is doing it.

        Cancelling the caller that does it abandons the start, and the next one that waits begins anew.

        Raises:
            ContextStateError: The caller takes part in a stop.
        """
    async def stop(self) -> None:
        """Stop, also what never started; wait for whoever is starting or stopping.

        Raises:
            ContextStateError: The caller takes part in a start.
        """
