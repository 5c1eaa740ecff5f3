"""The command line of the benchmarks: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import callgrind
from benchmarks.goals import Goal, GoalsError, read_goals, write_goals
from benchmarks.held import check, hold
from benchmarks.measuring import count, excuse_for, load_peers, measure
from benchmarks.peers import DISTRIBUTIONS, present
from benchmarks.plan import Plan
from benchmarks.suites import SUITES, load_suite
from benchmarks.tables import as_text
from benchmarks.versions import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.figures import Measurement
    from benchmarks.peers import Peer

GOALS: Final = Path(__file__).parent / "goals.toml"
MISUSED: Final = 2
"""The exit code where nothing was measured, as argparse has it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    options = parse(arguments)
    if options.ir and (reason := callgrind.unavailable()):
        print(f"Instructions are not counted: {reason}.")
        return 0
    suites = options.suites or list(SUITES)
    peers: dict[str, Peer] = {}
    plan = Plan(peers, options.quick, lambda line: print(line, file=sys.stderr, flush=True), random.Random())
    peers |= load_peers(present(options.peers or list(DISTRIBUTIONS), print), plan.failed)
    excuse = excuse_for(suites, plan)
    try:
        goals = goals_of(suites, counted=options.ir) if options.check or options.hold else []
    except GoalsError as error:
        print(error, file=sys.stderr)
        return MISUSED
    if options.check and all(map(excuse, goals)):
        print(nothing_to_check(suites, goals, excuse, ir=options.ir), file=sys.stderr)
        return MISUSED
    checked = goals if options.check else None
    measurements = count(suites, plan, print, checked) if options.ir else measure(suites, plan, print)
    python = ".".join(platform.python_version_tuple()[:2])
    print(f"{versions(peers)}\n")
    for measured in measurements:
        print(as_text(measured), end="\n\n")
    if options.json:
        write(options.json, measurements, python, versions(peers))
    if options.hold:
        kept, refused = hold(read_goals(GOALS), measurements, python=python)
        write_goals(GOALS, kept)
        print(*refused, sep="\n")
    failed = options.check and not compare(goals, measurements, python, excuse)
    print(*plan.failures, sep="\n", end="\n" if plan.failures else "")
    return 1 if failed or plan.failures else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what pyfly costs.")
    parser.add_argument(
        "suites", nargs="*", metavar="suite", help=f"what to measure (default: all): {', '.join(SUITES)}"
    )
    parser.add_argument("--peers", nargs="+", choices=list(DISTRIBUTIONS), help="who takes part (default: all)")
    parser.add_argument("--ir", action="store_true", help="count instructions with valgrind, and measure nothing else")
    parser.add_argument("--quick", action="store_true", help="a rough answer, soon")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rounds into a file")
    parser.add_argument("--check", action="store_true", help="fail when a figure is worse than held, or not measured")
    parser.add_argument("--hold", action="store_true", help="hold what is better than before; nothing is loosened")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    if options.json and (problem := unwritable(options.json)):
        parser.error(f"--json {options.json}: {problem}")
    return options


def unwritable(path: Path) -> str | None:
    """Return why a file cannot be written, so that nobody waits for figures that are lost."""
    if not path.parent.is_dir():
        return f"there is no directory {path.parent}"
    if path.is_dir():
        return "this is a directory"
    return None if os.access(path if path.exists() else path.parent, os.W_OK) else "it may not be written"


def goals_of(suites: Sequence[str], *, counted: bool) -> list[Goal]:
    """Return the goals of suites in instructions, or in what else is measured.

    Raises:
        GoalsError: The file of goals has a fault.
    """
    metrics = {metric for name in suites for metric in load_suite(name).metrics}
    goals = read_goals(GOALS)
    known = {metric for name in SUITES for metric in load_suite(name).metrics}
    for goal in goals:
        if goal.metric not in known:
            raise GoalsError(f"{GOALS.name}: {goal}: no suite measures it; there are {', '.join(sorted(known))}")
    return [goal for goal in goals if goal.metric in metrics and (goal.unit == "instructions") == counted]


def nothing_to_check(
    suites: Sequence[str], goals: Sequence[Goal], excuse: Callable[[Goal], str | None], *, ir: bool
) -> str:
    """Return why a check would pass whatever was measured."""
    if goals:
        return "There is nothing to check:\n" + "\n".join(f"{goal}: {excuse(goal)}" for goal in goals)
    asked, other = ("instructions", "without --ir") if ir else ("time or memory", "with --ir")
    others = len(goals_of(suites, counted=not ir))
    hint = f" {other} there would be {others}" if others else " there is no goal at all"
    return f"There is nothing to check: {', '.join(suites)} has no goal in {asked};{hint}."


def write(path: Path, measurements: Sequence[Measurement], python: str, measured_versions: str) -> None:
    """Write all rounds into a file, for `benchmarks.page` and for whoever likes to look closer."""
    written = {
        "python": python,
        "versions": measured_versions,
        "measurements": [measured.to_dict() for measured in measurements],
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def compare(
    goals: Sequence[Goal], measurements: list[Measurement], python: str, excuse: Callable[[Goal], str | None]
) -> bool:
    """Tell how far each goal is; return whether all were measured, and none has got worse."""
    verdicts = check(goals, measurements, python=python, excuse=excuse)
    print(*verdicts, sep="\n")
    worse = sum(verdict.kind == "worse" for verdict in verdicts)
    unmeasured = sum(verdict.kind == "not measured" for verdict in verdicts)
    if worse:
        print(f"{worse} of {len(verdicts)} figures are worse than what is held.")
    if unmeasured:
        print(f"{unmeasured} of {len(verdicts)} figures were not measured, though those who are compared take part.")
    return not (worse or unmeasured)


if __name__ == "__main__":
    sys.exit(main())
