"""What is held: compares what was measured with it, and holds what has become better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from benchmarks.figures import Measurement, Spread
    from benchmarks.goals import Goal

__all__ = ["OTHER_VERSION", "Held", "Verdict", "check", "held_for", "hold"]

OTHER_VERSION: Final = 0.25
"""By which share a figure may be worse than what is held for another version of Python."""


@dataclass(frozen=True)
class Held:
    """The figure that counts for a version of Python.

    Attributes:
        ratio: What was reached.
        python: The version it was reached with.
        tolerance: By which share a figure may be worse.
    """

    ratio: float
    python: str
    tolerance: float


def held_for(goal: Goal, python: str) -> Held | None:
    """Return what is held for a version of Python, such as ``3.11``, or else for the version next to it."""
    if not goal.held:
        return None
    if python in goal.held:
        return Held(goal.held[python], python, goal.tolerance)
    nearest = min(goal.held, key=lambda version: abs(_minor(version) - _minor(python)))
    return Held(goal.held[nearest], nearest, max(goal.tolerance, OTHER_VERSION))


def _minor(python: str) -> int:
    return int(python.split(".")[1])


@dataclass(frozen=True)
class Verdict:
    """What a run says of a goal.

    Attributes:
        goal: The goal.
        ratio: What was measured; None where it was not.
        held: What is held for this version of Python; None where nothing is.
        python: The version of Python.
        excuse: Why it could not be measured, where that is nobody's fault.
    """

    goal: Goal
    ratio: Spread | None
    held: Held | None
    python: str
    excuse: str | None = None

    @property
    def kind(self) -> Literal["left out", "not measured", "worse", "met", "missed"]:
        """What there is to say of it: worse than held comes before everything else."""
        if self.ratio is None:
            return "left out" if self.excuse else "not measured"
        if self.held is not None and (self._is_worse(self.ratio.median, self.held) or self._is_lost(self.ratio)):
            return "worse"
        return "met" if self.goal.is_met_by(self.ratio.median) else "missed"

    def _is_lost(self, ratio: Spread) -> bool:
        """Return whether a goal that was met is missed by more than the rounds lie apart, whatever is allowed."""
        if self.held is None or self.held.python != self.python or not self.goal.is_met_by(self.held.ratio):
            return False
        return not self.goal.is_met_by(ratio.high if self.goal.more_is_better else ratio.low)

    def _is_worse(self, ratio: float, held: Held) -> bool:
        if self.goal.more_is_better:
            return ratio < held.ratio * (1 - held.tolerance)
        return ratio > held.ratio * (1 + held.tolerance)

    def __str__(self) -> str:
        wanted = f"at {'least' if self.goal.more_is_better else 'most'} {self.goal.goal:g} is wanted"
        if self.ratio is None:
            return f"{self.goal}: {f'left out, as {self.excuse}' if self.excuse else 'not measured'}; {wanted}"
        ratio, digits = self.ratio, 6 if self.goal.unit == "share" else 3
        spread = f" ({ratio.low:.{digits}f} to {ratio.high:.{digits}f})" if ratio.high > ratio.low else ""
        text = f"{self.goal}: {ratio.median:.{digits}f}{spread}, {wanted}: {self._said(ratio.median)}"
        if self.held is None:
            return f"{text}; nothing held yet"
        where = "" if self.held.python == self.python else f" with Python {self.held.python}"
        text += f"; held {self.held.ratio:.{digits}f}{where}"
        if self.kind == "worse":
            text += f": worse by {_percent(ratio.median / self.held.ratio - 1)}, "
            within = not self._is_worse(ratio.median, self.held)
            text += "and the goal was met" if within else f"{self.held.tolerance:.0%} are allowed"
        return text

    def _said(self, ratio: float) -> str:
        if self.goal.is_met_by(ratio):
            return "met"
        times = ratio / self.goal.goal
        return f"missed by {_percent(times - 1)}" if times < 2 else f"{times:,.1f} times as much"


def _percent(share: float) -> str:
    return "less than 0.1%" if abs(share) < 0.0005 else f"{abs(share):.1%}"


def check(
    goals: Iterable[Goal],
    measurements: list[Measurement],
    *,
    python: str,
    excuse: Callable[[Goal], str | None] = lambda goal: None,
) -> list[Verdict]:
    """Compare what was measured with goals and with what is held.

    Args:
        goals: The goals.
        measurements: What was measured.
        python: The version of Python, such as ``3.11``.
        excuse: Tells why a goal could not be measured, or None where it should have been.
    """
    return [Verdict(goal, goal.ratio_in(measurements), held_for(goal, python), python, excuse(goal)) for goal in goals]


def hold(goals: Iterable[Goal], measurements: list[Measurement], *, python: str) -> tuple[list[Goal], list[str]]:
    """Hold what was measured wherever it is better than what is held.

    It is better where even the worse quartile is, so that what luck brings is not held.

    Returns:
        The goals with what is held now, and a line for each that was refused since it would loosen.
    """
    kept: list[Goal] = []
    refused: list[str] = []
    for goal in goals:
        ratio, held = goal.ratio_in(measurements), goal.held.get(python)
        if ratio is None:
            kept.append(goal)
        elif held is None:
            kept.append(replace(goal, held=goal.held | {python: round(ratio.median, 3)}))
        elif _is_better(goal, ratio, held):
            best = max if goal.more_is_better else min
            kept.append(replace(goal, held=goal.held | {python: best(held, round(ratio.median, 3))}))
        else:
            if Verdict(goal, ratio, held_for(goal, python), python).kind == "worse":
                refused.append(f"{goal}: {ratio.median:.3f} is worse than {held:.3f}, which stays")
            kept.append(goal)
    return kept, refused


def _is_better(goal: Goal, ratio: Spread, held: float) -> bool:
    return ratio.low > held if goal.more_is_better else ratio.high < held
