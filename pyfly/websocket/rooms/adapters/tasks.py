"""Tasks that live and die together.

`asyncio.TaskGroup` is not used, as one that is cancelled while one of its tasks fails raises the failure alone: whoever
goes on after a failure would then go on after a cancellation.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["until_all_end", "until_first_ends"]


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
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        if not task.cancelled():
            task.result()
