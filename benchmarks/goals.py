"""What pyfly is to cost next to its peers, and what it may not get worse than."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.figures import Measurement, Spread, Unit

__all__ = ["TOLERANCE", "Goal", "GoalsError", "Verdict", "check", "hold", "read_goals", "write_goals"]

TOLERANCE: Final = 0.03
"""By which share a figure may be above what is held: noise."""

UNITS: Final = ("instructions", "seconds", "bytes", "share")


class GoalsError(Exception):
    """The file of goals says something that cannot be."""


@dataclass(frozen=True)
class Goal:
    """The ratio of one subject to another that is wanted.

    Attributes:
        metric: What is measured.
        subject: Whose cost it is.
        of: What it is compared with.
        unit: What is counted.
        goal: The highest ratio that is wanted.
        held: The ratio that has been reached, by the version of Python.
        note: Why the goal is still missed.
    """

    metric: str
    subject: str
    of: str
    unit: Unit
    goal: float
    held: dict[str, float] = field(default_factory=dict)
    note: str = ""

    def __str__(self) -> str:
        return f"{self.metric}: {self.subject} / {self.of}"

    def ratio_in(self, measurements: Iterable[Measurement]) -> Spread | None:
        """Return the ratio that was measured, or None where it was not."""
        for measured in measurements:
            rounds = measured.rounds
            named = measured.metric == self.metric and measured.unit == self.unit
            if named and self.subject in rounds and self.of in rounds:
                return measured.ratio(self.subject, self.of)
        return None


def read_goals(path: Path) -> list[Goal]:
    """Read the file of goals.

    Raises:
        GoalsError: It is not such a file; the text names the goal.
    """
    try:
        tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["goal"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise GoalsError(f"{path.name}: expected tables [[goal]], got {error}") from error
    goals: list[Goal] = []
    for number, table in enumerate(tables, start=1):
        try:
            goal = Goal(**table)
        except TypeError as error:
            raise GoalsError(f"{path.name}: goal {number}: {error}") from error
        if goal.unit not in UNITS:
            raise GoalsError(f"{path.name}: {goal}: expected a unit out of {', '.join(UNITS)}, got {goal.unit!r}")
        if any((goal.metric, goal.subject, goal.of, goal.unit) == (o.metric, o.subject, o.of, o.unit) for o in goals):
            raise GoalsError(f"{path.name}: {goal} is there twice")
        goals.append(goal)
    return goals


def write_goals(path: Path, goals: list[Goal]) -> None:
    """Write the goals into their file; the comment at its top stays."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heading = lines[: next((number for number, line in enumerate(lines) if line.startswith("[[")), len(lines))]
    parts = ["\n".join(heading).rstrip(), *(_table(goal) for goal in goals)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _table(goal: Goal) -> str:
    lines = ["[[goal]]"]
    lines += [f"{name} = {json.dumps(getattr(goal, name))}" for name in ("metric", "subject", "of", "unit", "goal")]
    if goal.held:
        held = ", ".join(f'"{python}" = {ratio:.3f}' for python, ratio in sorted(goal.held.items(), key=_by_version))
        lines.append(f"held = {{ {held} }}")
    if goal.note:
        lines.append(f"note = {json.dumps(goal.note, ensure_ascii=False)}")
    return "\n".join(lines)


def _by_version(item: tuple[str, float]) -> tuple[int, ...]:
    return tuple(int(part) for part in item[0].split("."))


@dataclass(frozen=True)
class Verdict:
    """What a run says of a goal.

    Attributes:
        goal: The goal.
        ratio: What was measured; None where it was not.
        held: What is held for this version of Python; None where nothing is.
    """

    goal: Goal
    ratio: Spread | None
    held: float | None

    @property
    def kind(self) -> Literal["not measured", "worse", "met", "missed"]:
        """What there is to say of it: worse than held comes before everything else."""
        if self.ratio is None:
            return "not measured"
        if self.held is not None and self.ratio.median > self.held * (1 + TOLERANCE):
            return "worse"
        return "met" if self.ratio.median <= self.goal.goal else "missed"

    def __str__(self) -> str:
        if self.ratio is None:
            return f"{self.goal}: not measured; at most {self.goal.goal:g} is wanted"
        ratio, wanted = self.ratio, self.goal.goal
        spread = f" ({ratio.low:.3f} to {ratio.high:.3f})" if ratio.high > ratio.low else ""
        times = ratio.median / wanted
        said = "met" if times <= 1 else f"missed by {times - 1:.0%}" if times < 2 else f"{times:,.1f} times as much"
        held = "nothing held yet" if self.held is None else f"held {self.held:.3f}"
        text = f"{self.goal}: {ratio.median:.3f}{spread}, at most {wanted:g} is wanted: {said}; {held}"
        if self.kind == "worse" and self.held:
            text += f": worse by {ratio.median / self.held - 1:.1%}"
        return text


def check(goals: Iterable[Goal], measurements: list[Measurement], *, python: str) -> list[Verdict]:
    """Compare what was measured with goals and with what is held for a version of Python, such as ``3.11``."""
    return [Verdict(goal, goal.ratio_in(measurements), goal.held.get(python)) for goal in goals]


def hold(goals: Iterable[Goal], measurements: list[Measurement], *, python: str) -> tuple[list[Goal], list[str]]:
    """Hold what was measured wherever it is better than what is held.

    Returns:
        The goals with what is held now, and a line for each that was refused since it would loosen.
    """
    kept: list[Goal] = []
    refused: list[str] = []
    for goal in goals:
        ratio, held = goal.ratio_in(measurements), goal.held.get(python)
        if ratio is None or (held is not None and ratio.median >= held):
            if ratio is not None and held is not None and ratio.median > held * (1 + TOLERANCE):
                refused.append(f"{goal}: {ratio.median:.3f} is worse than {held:.3f}, which stays")
            kept.append(goal)
        else:
            kept.append(replace(goal, held=goal.held | {python: round(ratio.median, 3)}))
    return kept, refused
