"""Subjects that do the same work, and whose rounds take turns in this thread."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.figures import Measurement

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from benchmarks.plan import Plan

__all__ = ["Contest", "Subject", "measure_time", "without_slow"]


@dataclass(frozen=True)
class Subject:
    """One of those that are compared.

    Attributes:
        name: What tables and goals call it.
        peer: The module that it comes from.
        prepare: Builds what is measured, makes sure that it answers right, and gives what does the work so many times.
        size: How often it does it in a round, where that differs from the contest's size.
        slow: Whether a rough answer does without it.
    """

    name: str
    peer: str
    prepare: Callable[[], AbstractAsyncContextManager[Callable[[int], Awaitable[None]]]]
    size: int | None = None
    slow: bool = False


@dataclass(frozen=True)
class Contest:
    """Subjects that do the same work.

    Attributes:
        metric: The name that goals know it by.
        each: What is counted, such as "a message".
        subjects: Who takes part.
        size: How often the work is done in a round of timing.
        counted: How often in the smaller one of the two sizes whose instructions are counted.
    """

    metric: str
    each: str
    subjects: list[Subject]
    size: int
    counted: int


def without_slow(contest: Contest) -> Contest:
    """Return a contest of those only that are measured soon."""
    return replace(contest, subjects=[subject for subject in contest.subjects if not subject.slow])


def measure_time(contest: Contest, plan: Plan, *, rounds: int) -> Measurement:
    """Measure the CPU time that this thread spends for each subject; one that answers wrong is left out."""
    return asyncio.run(_measure_time(contest, plan, rounds))


async def _measure_time(contest: Contest, plan: Plan, rounds: int) -> Measurement:
    works: dict[str, Callable[[], Awaitable[float]]] = {}
    async with AsyncExitStack() as stack:
        for subject in contest.subjects:
            try:
                timed = partial(_time, await stack.enter_async_context(subject.prepare()), subject.size or contest.size)
                await timed()  # warms up: caches, specialized bytecode
            except Exception as error:
                plan.failed(f"{contest.metric}: {subject.name}", error)
            else:
                works[subject.name] = timed
        gc.collect()
        gc.freeze()
        try:
            measured = await plan.take_turns(contest.metric, works, rounds)
        finally:
            gc.unfreeze()
    return Measurement(contest.metric, "seconds", contest.each, measured)


async def _time(work: Callable[[int], Awaitable[None]], size: int) -> float:
    start = time.thread_time()
    await work(size)
    return (time.thread_time() - start) / size
