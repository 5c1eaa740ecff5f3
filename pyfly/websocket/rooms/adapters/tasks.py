"""Tasks that live and die together.

`asyncio.TaskGroup` is not used, as one that is cancelled while one of its tasks fails raises the failure alone: whoever
goes on after a failure would then go on after a cancellation.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["until_all_end", "until_first_ends"]

AGAIN_SECONDS: Final = 0.1
"""After how long a task that has not ended is cancelled again."""


async def until_first_ends(*coroutines: Coroutine[Any, Any, None]) -> NoReturn:
    """Run what has no end, until one of it fails; the others are then cancelled.

    Raises:
        Exception: What it raised.
        RuntimeError: It has ended by itself.
    """
    await _run(coroutines, asyncio.FIRST_COMPLETED)
    raise RuntimeError("something without an end has ended")


async def until_all_end(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all to their end, or until one of them fails; the others are then cancelled.

    Raises:
        Exception: What it raised.
    """
    await _run(coroutines, asyncio.FIRST_EXCEPTION)


async def _run(coroutines: tuple[Coroutine[Any, Any, None], ...], return_when: str) -> None:
    if not coroutines:
        return
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=return_when)
    finally:
        await _end(tasks)
    for task in done:
        if not task.cancelled():
            task.result()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel tasks until they have ended: a library beneath them may lose a cancellation.

    Being cancelled meanwhile, as by an outer one of these, comes to effect when they have ended.
    """
    interruption: asyncio.CancelledError | None = None
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=AGAIN_SECONDS)
        except asyncio.CancelledError as error:
            interruption = error
    for task in tasks:
        if not task.cancelled():
            task.exception()  # one is raised, and asyncio would log the others
    if interruption is not None:
        raise interruption
