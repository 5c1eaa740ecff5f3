"""What is measured: each suite in a module of its own, with one question."""

from __future__ import annotations

import importlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.contest import without_slow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.contest import Contest
    from benchmarks.figures import Measurement
    from benchmarks.peers import Peer

__all__ = ["SUITES", "Plan", "Suite", "load_suite"]

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
class Plan:
    """What a run is to measure, and how thoroughly.

    Attributes:
        peers: Who takes part, by the names of their modules.
        quick: Whether a rough answer will do.
        say: Where to tell what is going on.
        shuffled: Puts the subjects of a round in order.
    """

    peers: Mapping[str, Peer]
    quick: bool
    say: Callable[[str], None]
    shuffled: random.Random = field(default_factory=random.Random)

    def contests(self, suite: Suite) -> list[Contest]:
        """Return a suite's contests of those who take part."""
        contests = suite.contests(self.peers) if suite.contests else []
        return [without_slow(contest) for contest in contests] if self.quick else contests

    def rounds(self, thorough: int) -> int:
        """Return how many rounds there are, where a thorough run has so many."""
        return max(3, thorough // 4) if self.quick else thorough


@dataclass(frozen=True)
class Suite:
    """One question, and how it is answered.

    Attributes:
        question: What it asks, for those who read the tables.
        contests: The contests that are timed in this process, or counted in one under valgrind.
        measure: What answers it in processes of its own.
    """

    question: str
    contests: Callable[[Mapping[str, Peer]], list[Contest]] | None = None
    measure: Callable[[Plan], list[Measurement]] | None = None


def load_suite(name: str) -> Suite:
    """Import a suite's module."""
    suite: Suite = importlib.import_module(f"benchmarks.suites.{name}").SUITE
    return suite
