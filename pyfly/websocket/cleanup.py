"""Work that belongs to a session's end: done also while the session is being cancelled, but not for ever."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from pyfly.errors import confined
from pyfly.websocket.failures import report_failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

__all__ = ["carry_out"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

CANCELLED_SECONDS: Final = 1.0
"""How long work that was cancelled is waited for."""


async def carry_out(
    awaitable: Awaitable[Any], what: str, *, session_id: str, seconds: float, fields: Mapping[str, object]
) -> asyncio.CancelledError | None:
    """Wait for work to its end, or until its time is over; what it raises is logged.

    Args:
        awaitable: The work.
        what: What the log calls it.
        session_id: Whose end it belongs to.
        seconds: How long it may take; 0 for ever.
        fields: What else the log says of the session.

    Returns:
        The last cancellation that came meanwhile, to be raised later.
    """
    task = asyncio.ensure_future(confined(awaitable, source="cleanup"))
    interruption = await _wait(task, seconds or None)
    if not task.done():
        text = "%s of session %s was cancelled after %g seconds"
        logger.warning(text, what, session_id, seconds, extra=fields)
        task.cancel()
        interruption = await _wait(task, CANCELLED_SECONDS) or interruption
    elif not task.cancelled() and (failed := task.exception()) is not None:
        report_failure(failed, "%s failed", what, extra=fields)
    return interruption


async def _wait(task: asyncio.Future[Any], seconds: float | None) -> asyncio.CancelledError | None:
    """Wait for a task, but not longer than a time, also while being cancelled; return the last cancellation."""
    loop = asyncio.get_running_loop()
    end = None if seconds is None else loop.time() + seconds
    interruption: asyncio.CancelledError | None = None
    while not task.done() and (end is None or loop.time() < end):
        try:
            await asyncio.wait({task}, timeout=None if end is None else end - loop.time())
        except asyncio.CancelledError as error:
            interruption = error
    return interruption
