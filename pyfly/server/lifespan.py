"""Starts and stops the application by the ASGI lifespan protocol, the same way under every server."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, final

from pyfly.errors import PyflyError
from pyfly.server.errors import ServerError

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp, Message

__all__ = ["Lifespan"]

logger: logging.Logger = logging.getLogger("pyfly.server")

LAST_WORDS_SECONDS = 1.0
"""What the application gets to return after its last answer."""


@final
class Lifespan:
    """One run of an application's lifespan.

    The application runs in a task of its own from start to stop, so that what it opens and closes shares one context.
    An application that raises before it answers, or returns, does not know the protocol and is served without it.

    Attributes:
        state: What the application put into its lifespan state; every connection gets a shallow copy.
    """

    __slots__ = ("_answered", "_application", "_failure", "_inbox", "_started", "_task", "state")

    def __init__(self, application: ASGIApp) -> None:
        self.state: dict[str, Any] = {}
        self._application = application
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._answered = asyncio.Event()
        self._failure: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = False

    async def start(self) -> None:
        """Start the application.

        Raises:
            PyflyError: What pyfly itself found wrong.
            ServerError: The application refused to start; what it raised is chained.
        """
        self._task = asyncio.create_task(self._run(), name="lifespan")
        await self._ask("lifespan.startup")
        if self._failure is not None:
            await asyncio.wait({self._task}, timeout=LAST_WORDS_SECONDS)
        error = self._task.exception() if self._task.done() and not self._task.cancelled() else None
        if isinstance(error, PyflyError):
            raise error
        if self._failure is not None:
            # The container notes which bean was being made.
            notes: list[str] = getattr(error, "__notes__", [])
            problem = self._failure if error is None else "\n".join([f"{type(error).__name__}: {error}", *notes])
            raise ServerError(f"the application did not start: {problem or 'it gave no reason'}") from error
        if error is not None:
            logger.debug("The application has no lifespan: it raised %r", error)
        self._started = True

    async def stop(self) -> None:
        """Stop the application, or break off its start; what goes wrong is logged.

        Cancelling gives up waiting and cancels the application's task.
        """
        task = self._task
        if task is None:
            return
        try:
            if self._started and not task.done():
                await self._ask("lifespan.shutdown")
                if self._failure is not None:
                    logger.error("The application did not stop cleanly: %s", self._failure or "it gave no reason")
                await asyncio.wait({task}, timeout=LAST_WORDS_SECONDS)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=LAST_WORDS_SECONDS)
            if task.done() and not task.cancelled() and (error := task.exception()) is not None and self._started:
                logger.debug("The application's lifespan ended with %r", error)

    async def _ask(self, kind: str) -> None:
        self._answered.clear()
        self._inbox.put_nowait({"type": kind})
        await self._answered.wait()

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._application(scope, self._inbox.get, self._receive_answer)
        finally:
            self._answered.set()

    async def _receive_answer(self, message: Message) -> None:
        if message["type"].endswith(".failed"):
            self._failure = message.get("message", "")
        self._answered.set()
