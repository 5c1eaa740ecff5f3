"""Writes what was measured into the documentation: ``python -m benchmarks.page FILE ...``, files of ``--json``.

A table goes between two markers, ``<!-- measured: METRIC UNIT -->`` and ``<!-- end -->``; what was not measured this
time stays as it is. What several files have measured is taken from the last of them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Measurement
from benchmarks.goals import Goal, GoalsError, in_order, read_goals
from benchmarks.plots import plot_ratios
from benchmarks.tables import as_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Run", "RunError", "goals_table", "held_table", "main", "read_run", "rewrite"]

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "performance.md"
PLOT: Final = ROOT / "docs" / "images" / "performance.svg"
GOALS: Final = Path(__file__).parent / "goals.toml"
MARKED: Final = re.compile(r"(<!-- measured: (?P<what>[^\n]+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewrite(text: str, made: Callable[[str], str | None]) -> str:
    """Return a page with new parts between its markers.

    Args:
        text: The page.
        made: Gives what stands at a marker, by its name; None leaves what is there.
    """

    def part(match: re.Match[str]) -> str:
        new = made(match["what"])
        return match[0] if new is None else f"{match[1]}{new}\n{match[3]}"

    return MARKED.sub(part, text)


def goals_table(goals: Sequence[Goal], measurements: Sequence[Measurement], python: str) -> str:
    """Return a table of all goals, with what was measured, or else is held.

    Three digits tell a goal that is just missed from one that is met.
    """
    lines = ["| | compared with | measured | wanted | |", "|---|---|---:|---:|---|"]
    for goal in goals:
        ratio = goal.ratio_in(measurements)
        value = goal.held.get(python) if ratio is None else ratio.median
        said = "not yet" if value is None else "met" if goal.is_met_by(value) else goal.note or "missed"
        shown = "" if value is None else f"{value:.3f}"
        wanted = f"{'≥' if goal.more_is_better else '≤'} {goal.goal:g}"
        lines.append(f"| {goal.metric}: {goal.subject} | {goal.of}, {goal.unit} | {shown} | {wanted} | {said} |")
    return "\n".join(lines)


def held_table(goals: Sequence[Goal]) -> str:
    """Return a table of what is held where it is for several versions of Python."""
    several = [goal for goal in goals if len(goal.held) > 1]
    versions = sorted({python for goal in several for python in goal.held}, key=in_order)
    lines = [
        f"| | compared with |{''.join(f' {python} |' for python in versions)}",
        f"|---|---|{'---:|' * len(versions)}",
    ]
    for goal in several:
        ratios = "".join(f" {goal.held[python]:.3f} |" if python in goal.held else " |" for python in versions)
        lines.append(f"| {goal.metric}: {goal.subject} | {goal.of} |{ratios}")
    return "\n".join(lines)


class RunError(Exception):
    """A file is none that ``python -m benchmarks --json`` has written."""


@dataclass(frozen=True)
class Run:
    """What a file of ``--json`` says."""

    python: str
    versions: str
    measurements: list[Measurement]


def read_run(path: Path) -> Run:
    """Read a file of ``--json``.

    Raises:
        OSError: It cannot be read.
        RunError: It is no such file.
    """
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        measurements = [Measurement.from_dict(measured) for measured in written["measurements"]]
        return Run(written["python"], written["versions"], measurements)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        raise RunError(f"{path}: expected what python -m benchmarks --json writes: {reason}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="what python -m benchmarks --json has written"
    )
    options = parser.parse_args(arguments)
    try:
        runs = [read_run(file) for file in options.files]
        goals = read_goals(GOALS)
    except (OSError, RunError, GoalsError) as error:
        print(error, file=sys.stderr)
        return 2
    read = [measured for run in runs for measured in run.measurements]
    measurements = list({(measured.metric, measured.unit): measured for measured in read}.values())
    tables = {f"{measured.metric} {measured.unit}": as_markdown(measured) for measured in measurements}
    # The run with the most peers names the most versions.
    tables["versions"] = max((run.versions for run in runs), key=len) + "."
    tables["goals"] = goals_table(goals, measurements, runs[0].python)
    tables["held"] = held_table(goals)
    PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8"), tables.get), encoding="utf-8")
    plot_ratios(measurements, PLOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
