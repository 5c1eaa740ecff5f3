"""What was measured, and what it says: medians, their spread, and the ratio of one subject to another."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

__all__ = ["MORE_IS_BETTER", "Measurement", "Spread", "Unit", "in_words", "spread_of"]

Unit = Literal["instructions", "seconds", "bytes", "share", "rate"]

MORE_IS_BETTER: Final = frozenset[Unit](("share", "rate"))
"""What is not a cost."""

SCALES: Final[dict[Unit, tuple[tuple[float, str], ...]]] = {
    "instructions": ((1e6, "M instructions"), (1e3, "k instructions"), (1.0, "instructions")),
    "seconds": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "bytes": ((2**20, "MiB"), (2**10, "KiB"), (1.0, "bytes")),
    "share": ((0.01, "%"),),
    "rate": ((1.0, "a second"),),
}


@dataclass(frozen=True)
class Spread:
    """A median, and the quartiles around it."""

    low: float
    median: float
    high: float

    @property
    def width(self) -> float:
        """The distance of the quartiles, as a share of the median."""
        return (self.high - self.low) / self.median if self.median else 0.0


def spread_of(values: list[float]) -> Spread:
    """Return the median of values and their quartiles; of a single one, itself.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("there is nothing to take the median of")
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(low, median, high)


@dataclass(frozen=True)
class Measurement:
    """What the rounds of one contest have shown.

    Attributes:
        metric: The name that goals know it by, such as ``message``.
        unit: What the values count.
        each: What a value is the cost of, such as "a message".
        rounds: The value of every round, by subject; the rounds of all subjects took turns.
    """

    metric: str
    unit: Unit
    each: str
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def value(self, subject: str) -> Spread:
        """Return what a subject costs."""
        return spread_of(self.rounds[subject])

    def ratio(self, subject: str, baseline: str) -> Spread:
        """Return the spread of the ratios of two subjects, round by round; see `ratios`."""
        return spread_of(self.ratios(subject, baseline))

    def ratios(self, subject: str, baseline: str) -> list[float]:
        """Return the ratios of two subjects, round by round.

        What else the machine does in a round falls on both, and cancels.

        Raises:
            ValueError: The two have not had the same number of rounds, or a baseline's value is not positive.
        """
        ours, theirs = self.rounds[subject], self.rounds[baseline]
        if len(ours) != len(theirs):
            raise ValueError(f"{subject} has {len(ours)} rounds and {baseline} has {len(theirs)}")
        if min(theirs) <= 0:
            raise ValueError(f"{baseline} has a round of {min(theirs)}: nothing can be compared with it")
        return [mine / other for mine, other in zip(ours, theirs, strict=True)]

    @classmethod
    def from_dict(cls, written: dict[str, Any]) -> Self:
        """Return what `to_dict` has written."""
        rounds = {name: list(subject["rounds"]) for name, subject in written["subjects"].items()}
        return cls(written["metric"], written["unit"], written["each"], rounds)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON is written of."""
        values = {name: self.value(name) for name in self.rounds}
        return {
            "metric": self.metric,
            "unit": self.unit,
            "each": self.each,
            "subjects": {
                name: {"median": spread.median, "low": spread.low, "high": spread.high, "rounds": self.rounds[name]}
                for name, spread in values.items()
            },
        }


def in_words(value: float, unit: Unit) -> str:
    """Return a value with three digits and the prefix that suits it."""
    scales = SCALES[unit]
    factor, name = next((scale for scale in scales if abs(value) >= scale[0]), scales[-1])
    number = value / factor
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    return f"{number:,.{digits}f} {name}"
