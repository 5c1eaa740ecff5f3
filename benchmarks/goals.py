"""What pyfly is to cost next to its peers, and what it may not get worse than: the file of goals."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from benchmarks.figures import MORE_IS_BETTER, Spread, Unit
from benchmarks.peers import DISTRIBUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.figures import Measurement

__all__ = ["TOLERANCE", "Goal", "GoalsError", "in_order", "read_goals", "write_goals"]

TOLERANCE: Final = 0.03
"""By which share a figure may be worse than what is held, where its goal allows nothing else: noise."""


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
        goal: The highest ratio that is wanted; of shares and rates the lowest.
        peers: Who has to take part for it to be measured, by the names of their modules.
        held: The ratio that has been reached, by the version of Python.
        tolerance: By which share it may be worse than held, where the spread asks for another one than `TOLERANCE`.
        note: Why the goal is still missed.
        moved: Why what is held, or its tolerance, was last loosened by hand.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    metric: str
    subject: str
    of: str
    unit: Unit
    goal: float
    peers: list[str] = field(default_factory=list)
    held: dict[str, float] = field(default_factory=dict)
    tolerance: float = TOLERANCE
    note: str = ""
    moved: str = ""

    def __str__(self) -> str:
        return f"{self.metric}: {self.subject} / {self.of}"

    @property
    def more_is_better(self) -> bool:
        """Whether a higher ratio is the better one."""
        return self.unit in MORE_IS_BETTER

    def is_met_by(self, ratio: float) -> bool:
        """Return whether a ratio is as good as is wanted."""
        return ratio >= self.goal if self.more_is_better else ratio <= self.goal

    def ratio_in(self, measurements: Iterable[Measurement]) -> Spread | None:
        """Return the ratio that was measured, or None where it was not.

        Of shares it is the lowest: what one round has lost, no other one brings back.
        """
        for measured in measurements:
            rounds = measured.rounds
            named = measured.metric == self.metric and measured.unit == self.unit
            if named and self.subject in rounds and self.of in rounds:
                if self.unit == "share":
                    ratios = measured.ratios(self.subject, self.of)
                    return Spread(min(ratios), min(ratios), max(ratios))
                return measured.ratio(self.subject, self.of)
        return None


_TABLE: Final = TypeAdapter(Goal)
_PYTHON: Final = re.compile(r"3\.\d+")


def read_goals(path: Path) -> list[Goal]:
    """Read the file of goals.

    Raises:
        GoalsError: It is not such a file; the text names the goal.
    """
    try:
        tables: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["goal"]
    except OSError as error:
        raise GoalsError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise GoalsError(f"{path.name}: expected tables [[goal]], got {error}") from error
    goals: list[Goal] = []
    for number, table in enumerate(tables, start=1):
        try:
            goal = _TABLE.validate_python(table)
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(str(part) for part in fault["loc"])
            got = "" if fault["type"] == "missing" else f", got {fault['input']!r}"
            raise GoalsError(f"{path.name}: goal {number}: {key}: {fault['msg']}{got}") from error
        if problem := _problem_of(goal, goals):
            raise GoalsError(f"{path.name}: {goal}: {problem}")
        goals.append(goal)
    return goals


def _problem_of(goal: Goal, others: list[Goal]) -> str | None:
    """Return what is wrong with a goal whose parts have the right types."""
    if any((goal.metric, goal.subject, goal.of, goal.unit) == (o.metric, o.subject, o.of, o.unit) for o in others):
        return "it is there twice"
    if not all(0 < ratio < inf for ratio in (goal.goal, *goal.held.values())):
        return "ratios are above zero, and finite"
    if wrong := next((python for python in goal.held if not _PYTHON.fullmatch(python)), None):
        return f'held is by the version of Python, such as "3.11", got {wrong!r}'
    if goal.moved and not goal.moved.strip():
        return "moved says why what is held was loosened, got nothing"
    unknown = [name for name in goal.peers if name not in DISTRIBUTIONS]
    if unknown or not goal.peers:
        return f"expected peers out of {', '.join(DISTRIBUTIONS)}, got {unknown[0] if unknown else 'none'!r}"
    if goal.unit == "instructions" and goal.tolerance != TOLERANCE:
        return f"instructions do not spread, so they have no tolerance but {TOLERANCE:.0%}"
    if not 0 <= goal.tolerance < 1:
        return f"expected a tolerance from 0 to below 1, got {goal.tolerance:g}"
    return None


def write_goals(path: Path, goals: list[Goal]) -> None:
    """Write the goals into their file; the comment at its top stays."""
    lines = path.read_text(encoding="utf-8").splitlines()
    heading = lines[: next((number for number, line in enumerate(lines) if line.startswith("[[")), len(lines))]
    parts = ["\n".join(heading).rstrip(), *(_table(goal) for goal in goals)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _table(goal: Goal) -> str:
    names = ("metric", "subject", "of", "unit", "goal", "peers")
    lines = ["[[goal]]", *(f"{name} = {json.dumps(getattr(goal, name), ensure_ascii=False)}" for name in names)]
    if goal.held:
        held = ", ".join(
            f'"{python}" = {ratio:.3f}'
            for python, ratio in sorted(goal.held.items(), key=lambda item: in_order(item[0]))
        )
        lines.append(f"held = {{ {held} }}")
    if goal.tolerance != TOLERANCE:
        lines.append(f"tolerance = {goal.tolerance:g}")
    texts = {"note": goal.note, "moved": goal.moved}
    lines += [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items() if text]
    return "\n".join(lines)


def in_order(python: str) -> tuple[int, ...]:
    """Return what sorts versions of Python."""
    return tuple(int(part) for part in python.split("."))
