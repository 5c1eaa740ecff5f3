"""What is measured: each suite in a module of its own, with one question."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.contest import without_slow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.contest import Contest
    from benchmarks.figures import Measurement
    from benchmarks.peers import Peer
    from benchmarks.plan import Plan

__all__ = ["SUITES", "Suite", "contests_of", "load_suite"]

SUITES: Final = (
    "message",
    "handshake",
    "typed",
    "routing",
    "http",
    "startup",
    "imports",
    "docs",
    "fanout",
    "stalled",
    "socket",
    "memory",
    "rooms",
)
"""The suites' modules, in the order in which they are run."""


@dataclass(frozen=True)
class Suite:
    """One question, and how it is answered.

    Attributes:
        question: What it asks, for those who read the tables.
        metrics: The names of what it measures.
        contests: The contests that are timed in this process, or counted in one under valgrind.
        measure: What answers it in processes of its own.
        needs: The distributions without which there is nothing to measure.
    """

    question: str
    metrics: Sequence[str]
    contests: Callable[[Mapping[str, Peer]], list[Contest]] | None = None
    measure: Callable[[Plan], list[Measurement]] | None = None
    needs: Callable[[], Sequence[str]] = tuple


def load_suite(name: str) -> Suite:
    """Import a suite's module."""
    suite: Suite = importlib.import_module(f"benchmarks.suites.{name}").SUITE
    return suite


def contests_of(suite: Suite, plan: Plan) -> list[Contest]:
    """Return a suite's contests of those who take part in a plan."""
    contests = suite.contests(plan.peers) if suite.contests else []
    return [without_slow(contest) for contest in contests] if plan.quick else contests
