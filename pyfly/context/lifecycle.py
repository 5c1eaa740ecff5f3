"""Start and stop, one at a time, however many ask."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING, final

from pyfly.context.errors import ContextStateError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

__all__ = ["Lifecycle", "LifecycleState"]

_within: ContextVar[asyncio.Event | None] = ContextVar("pyfly_context_transition", default=None)
"""The start or stop that the current task takes part in."""


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

    __slots__ = ("_ended", "_start", "_state", "_stop", "_transition")

    def __init__(self, start: Callable[[], Awaitable[None]], stop: Callable[[bool], Awaitable[None]]) -> None:
        self._start = start
        self._stop = stop
        self._state = LifecycleState.STOPPED
        self._ended = False
        # A new one for each transition, so that a context is bound to no event loop while it rests.
        self._transition: asyncio.Event | None = None

    @property
    def state(self) -> LifecycleState:
        """Where the context stands now."""
        return self._state

    async def ensure_started(self) -> None:
        """Start, unless that is done; but never again after a stop.

        Raises:
            ContextStateError: It was stopped, or the caller takes part in a stop.
        """
        if self._is_started():
            return
        if not self._takes_part(LifecycleState.STARTING):
            await self._turn()
            if self._ended:
                raise ContextStateError("the context was stopped; await start() to use it again")
            await self.start()

    async def start(self) -> None:
        """Start, unless that is done; wait for whoever is doing it.

        Cancelling the caller that does it abandons the start, and the next one that waits begins anew.

        Raises:
            ContextStateError: The caller takes part in a stop.
        """
        if self._is_started() or self._takes_part(LifecycleState.STARTING):
            return
        await self._turn()
        if self._is_started():
            return
        self._ended = False
        with self._moving(LifecycleState.STARTING, done=LifecycleState.STARTED):
            await self._start()

    async def stop(self) -> None:
        """Stop, also what never started; wait for whoever is starting or stopping.

        Raises:
            ContextStateError: The caller takes part in a start.
        """
        if self._takes_part(LifecycleState.STOPPING):
            return
        await self._turn()
        started, self._ended = self._is_started(), True
        with self._moving(LifecycleState.STOPPING, done=LifecycleState.STOPPED):
            await self._stop(started)

    def _is_started(self) -> bool:
        return self._state is LifecycleState.STARTED

    def _takes_part(self, state: LifecycleState) -> bool:
        if self._transition is None or _within.get() is not self._transition:
            return False
        if self._state is not state:
            asked = "start" if state is LifecycleState.STARTING else "stop"
            raise ContextStateError(
                f"the context is {self._state.value}, and what takes part in that cannot {asked} it; "
                f"{asked} it when {'stop()' if asked == 'start' else 'start()'} has returned"
            )
        return True

    async def _turn(self) -> None:
        while (transition := self._transition) is not None:
            await transition.wait()

    @contextmanager
    def _moving(self, state: LifecycleState, *, done: LifecycleState) -> Generator[None]:
        self._transition = transition = asyncio.Event()
        self._state, outcome = state, LifecycleState.STOPPED
        token = _within.set(transition)
        try:
            yield
            outcome = done
        finally:
            _within.reset(token)
            self._state, self._transition = outcome, None
            transition.set()
