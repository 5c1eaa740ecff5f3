"""Subjects that do the same work, and whose rounds take turns in this thread."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.figures import Measurement

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

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


def measure_time(contest: Contest, *, rounds: int, shuffled: random.Random) -> Measurement:
    """Measure the CPU time that this thread spends for each subject."""
    return asyncio.run(_measure_time(contest, rounds, shuffled))


async def _measure_time(contest: Contest, rounds: int, shuffled: random.Random) -> Measurement:
    async with AsyncExitStack() as stack:
        works = {subject: await stack.enter_async_context(subject.prepare()) for subject in contest.subjects}
        for subject, work in works.items():  # warms up: caches, specialized bytecode
            await work(subject.size or contest.size)
        measured: dict[str, list[float]] = {subject.name: [] for subject in contest.subjects}
        gc.collect()
        gc.freeze()
        try:
            for _ in range(rounds):
                order = list(works)
                shuffled.shuffle(order)
                for subject in order:
                    size = subject.size or contest.size
                    start = time.thread_time()
                    await works[subject](size)
                    measured[subject.name].append((time.thread_time() - start) / size)
        finally:
            gc.unfreeze()
    return Measurement(contest.metric, "seconds", contest.each, measured)
