"""What a run is to measure, how thoroughly, and what became of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from benchmarks.peers import Peer

__all__ = ["Plan", "reason_of"]

T = TypeVar("T")


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
        for number in range(1, rounds + 1):
            self.say(f"{metric}: round {number} of {rounds}")
            order = list(given)
            self.shuffled.shuffle(order)
            for name in order:
                try:
                    given[name].append(await works[name]())
                except Exception as error:
                    del given[name]
                    self.failed(f"{metric}: {name}", error)
        return given

    def rounds(self, thorough: int) -> int:
        """Return how many rounds there are, where a thorough run has so many."""
        return max(3, thorough // 4) if self.quick else thorough


def reason_of(error: Exception) -> str:
    """Return what an error says, with its kind unless the benchmarks raise it themselves."""
    said = str(error)
    return said if said and isinstance(error, AssertionError | RuntimeError) else f"{type(error).__name__}: {said}"
