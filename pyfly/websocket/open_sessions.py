"""The sessions that an application has at the moment, and their common end."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, final
from weakref import ref

from pyfly.draining import Draining
from pyfly.websocket.attention import Attention

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator, Sequence

    from pyfly.draining import DrainPlan
    from pyfly.websocket.session import WebSocketSession

__all__ = ["OpenSessions"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

CLEANUP_SECONDS: Final = 2.0
"""What is kept back of the time for handlers that were told late to notice, and for `on_disconnect` to run."""

HURRY_SECONDS: Final = 0.5
"""What clients get to take their close frame when the drain is broken off."""

EARLY_SHARE: Final = 0.4
"""The share of the time over which all sessions are asked to end."""

LATE_SHARE: Final = 0.1
"""The share of the time over which sessions are closed whose handlers have not come to an end."""

DRAIN_REASON: Final = "the server stops"


@final
class OpenSessions:
    """The sessions of one application, from the handshake until `on_disconnect` has run.

    Iterating goes over those there are at that moment, and bears that some end meanwhile.
    """

    __slots__ = ("__weakref__", "_attention", "_draining", "_ended", "_loop", "_sessions")

    def __init__(self) -> None:
        self._sessions: dict[WebSocketSession, asyncio.AbstractEventLoop] = {}
        self._ended: asyncio.Event | None = None
        # What there is of the event loop that was met last; most often there is only one.
        self._loop: ref[asyncio.AbstractEventLoop] | None = None
        self._draining: Draining | None = None
        self._attention: Attention | None = None

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[WebSocketSession]:
        return iter(tuple(self._sessions))

    def __contains__(self, session: object) -> bool:
        return session in self._sessions

    @property
    def draining(self) -> bool:
        """Whether the sessions are being ended, and no new ones are to be let in."""
        return self._ended is not None or Draining.here().begun

    def add(self, session: WebSocketSession) -> Attention | None:
        """Take in a session, at its handshake.

        Returns:
            What looks at the sessions of the event loop; None where no new ones are to be let in.
        """
        loop = asyncio.get_running_loop()
        if self._loop is None or self._loop() is not loop:
            self._loop, self._attention, self._draining = ref(loop), Attention.here(), Draining.here()
            self._draining.join(self)
        if self._ended is not None or (self._draining is not None and self._draining.begun):
            return None
        self._sessions[session] = loop
        return self._attention

    def discard(self, session: WebSocketSession) -> None:
        """Forget a session, after its `on_disconnect`."""
        self._sessions.pop(session, None)
        if self._ended is not None:
            self._ended.set()

    async def drain(self, plan: DrainPlan) -> None:
        """End the sessions of the running event loop, each after the message that its handler is on.

        Returns when `on_disconnect` has run for all of them, or the time is over. Those whose handlers are still on
        their message shortly before that are closed nevertheless, again in batches. Cancelling closes all at once.
        """
        sessions = self._here()
        if not sessions:
            return
        logger.info("Closing %d sessions with %d", len(sessions), plan.code)
        end = asyncio.get_running_loop().time() + plan.seconds
        self._ended = asyncio.Event()
        closings: set[asyncio.Task[None]] = set()
        try:
            await self._end(sessions, plan, end, closings)
            if unsent := [closing for closing in closings if not closing.done()]:
                await self._until(end, asyncio.wait(unsent))
        except asyncio.CancelledError:
            hurried = self._give_up(self._here(), plan)
            closings |= hurried
            if hurried:
                await asyncio.wait(hurried, timeout=HURRY_SECONDS)
            raise
        finally:
            self._ended = None
            for closing in closings:
                closing.cancel()
            await asyncio.gather(*closings, return_exceptions=True)

    async def _end(
        self, sessions: list[WebSocketSession], plan: DrainPlan, end: float, closings: set[asyncio.Task[None]]
    ) -> None:
        spread = plan.seconds * LATE_SHARE
        async for batch in plan.batches(sessions, seconds=plan.seconds * EARLY_SHARE):
            for session in batch:
                draining = session.drain(plan.code, DRAIN_REASON, patience=plan.seconds)
                closings.add(asyncio.create_task(draining, name="drain session"))
        if await self._until_all_ended(end - spread - min(CLEANUP_SECONDS, plan.seconds / 2)):
            return
        late = self._here()
        logger.warning("Closing %d sessions whose handlers did not end in time", len(late))
        async for batch in plan.batches(late, seconds=spread):
            closings |= self._give_up(batch, plan)
        await self._until_all_ended(end)

    @staticmethod
    def _give_up(sessions: Sequence[WebSocketSession], plan: DrainPlan) -> set[asyncio.Task[None]]:
        return {asyncio.create_task(session.give_up(plan.code, DRAIN_REASON), name="give up") for session in sessions}

    def _here(self) -> list[WebSocketSession]:
        loop = asyncio.get_running_loop()
        return [session for session, its_loop in self._sessions.items() if its_loop is loop]

    async def _until_all_ended(self, deadline: float) -> bool:
        """Wait until all sessions of this event loop have ended, but no longer than until the deadline; whether so."""
        loop = asyncio.get_running_loop()
        assert self._ended is not None
        while any(its_loop is loop for its_loop in self._sessions.values()):
            self._ended.clear()
            if not await self._until(deadline, self._ended.wait()):
                return False
        return True

    @staticmethod
    async def _until(deadline: float, awaited: Awaitable[object]) -> bool:
        try:
            async with asyncio.timeout_at(deadline):
                await awaited
        except TimeoutError:
            return False
        return True
