"""What is measured: each suite in a module of its own, with one question."""

from __future__ import annotations

import importlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from benchmarks.contest import without_slow

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from benchmarks.contest import Contest
    from benchmarks.figures import Measurement
    from benchmarks.peers import Peer

__all__ = ["SUITES", "Plan", "Suite", "load_suite", "reason_of"]

T = TypeVar("T")

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
        failures: A line for everything that should have been measured, and was not.
    """

    peers: Mapping[str, Peer]
    quick: bool
    say: Callable[[str], None]
    shuffled: random.Random = field(default_factory=random.Random)
    failures: list[str] = field(default_factory=list)

    def failed(self, what: str, why: Exception | str) -> None:
        """Note that something could not be measured; everything else is."""
        line = f"{what} is not measured: {why if isinstance(why, str) else reason_of(why)}"
        self.failures.append(line)
        self.say(line)

    async def take_turns(
        self, metric: str, works: Mapping[str, Callable[[], Awaitable[T]]], rounds: int
    ) -> dict[str, list[T]]:
        """Have all subjects work once a round, each time in another order, and return what they gave.

        One that fails takes no further part, and what it gave before is dropped: it may have been wrong.
        """
        given: dict[str, list[T]] = {name: [] for name in works}
        for _ in range(rounds):
            order = list(given)
            self.shuffled.shuffle(order)
            for name in order:
                try:
                    given[name].append(await works[name]())
                except Exception as error:
                    del given[name]
                    self.failed(f"{metric}: {name}", error)
        return given

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


def reason_of(error: Exception) -> str:
    """Return what an error says, with its kind unless the benchmarks raise it themselves."""
    said = str(error)
    return said if said and isinstance(error, AssertionError | RuntimeError) else f"{type(error).__name__}: {said}"
