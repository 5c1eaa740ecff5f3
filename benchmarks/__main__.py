"""The command line of the benchmarks: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import callgrind
from benchmarks.contest import measure_time
from benchmarks.counting import Counted, measure_instructions
from benchmarks.goals import Goal, check, hold, read_goals, write_goals
from benchmarks.peers import DISTRIBUTIONS, load_peer, present
from benchmarks.suites import SUITES, Plan, load_suite
from benchmarks.tables import as_text
from benchmarks.versions import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Measurement

GOALS: Final = Path(__file__).parent / "goals.toml"
ROUNDS: Final = 30
COUNTED_ROUNDS: Final = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    options = parse(arguments)
    if options.ir and (reason := callgrind.unavailable()):
        print(f"Instructions are not counted: {reason}.")
        return 0
    goals = [goal for goal in read_goals(GOALS) if (goal.unit == "instructions") == options.ir]
    suites = options.suites or list(SUITES)
    python = ".".join(platform.python_version_tuple()[:2])
    peers = {name: load_peer(name) for name in present(options.peers or list(DISTRIBUTIONS), print)}
    plan = Plan(peers, options.quick, lambda line: print(line, file=sys.stderr, flush=True), random.Random())
    checked = goals if options.check else None
    measurements = count(suites, plan, checked) if options.ir else measure(suites, plan)
    print(f"{versions(peers)}\n")
    for measured in measurements:
        print(as_text(measured), end="\n\n")
    if options.json:
        written = {
            "python": python,
            "versions": versions(peers),
            "measurements": [measured.to_dict() for measured in measurements],
        }
        options.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    if options.hold:
        kept, refused = hold(read_goals(GOALS), measurements, python=python)
        write_goals(GOALS, kept)
        print(*refused, sep="\n")
    return compare(goals, measurements, python) if options.check else 0


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
    parser.add_argument("--check", action="store_true", help="fail when a figure is more than 3 %% worse than held")
    parser.add_argument("--hold", action="store_true", help="hold what is better than before; nothing is loosened")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.suites if name not in SUITES]
    if unknown:
        parser.error(f"there is no suite {unknown[0]!r}; there are {', '.join(SUITES)}")
    return options


def measure(suites: Sequence[str], plan: Plan) -> list[Measurement]:
    """Measure everything that suites ask."""
    measurements: list[Measurement] = []
    for name in suites:
        suite = load_suite(name)
        plan.say(f"{name}: {suite.question}")
        for contest in plan.contests(suite):
            measurements.append(measure_time(contest, rounds=plan.rounds(ROUNDS), shuffled=plan.shuffled))
        if suite.measure is not None:
            measurements += suite.measure(plan)
    return measurements


def count(suites: Sequence[str], plan: Plan, goals: Sequence[Goal] | None) -> list[Measurement]:
    """Count the instructions of all suites that can be counted, or only of what goals compare."""
    counted: list[Counted] = []
    for name in suites:
        suite = load_suite(name)
        if suite.contests is None and goals is None:
            plan.say(f"{name} is left out: its instructions are not counted")
        counted += [Counted(name, contest) for contest in plan.contests(suite)]
    subjects = (
        None if goals is None else frozenset((goal.metric, name) for goal in goals for name in (goal.subject, goal.of))
    )
    plan.say("counting instructions")
    rounds = 3 if plan.quick else COUNTED_ROUNDS
    return measure_instructions(counted, rounds=rounds, subjects=subjects)


def compare(goals: Sequence[Goal], measurements: list[Measurement], python: str) -> int:
    """Tell how far each goal is; return 1 where something has got worse."""
    metrics = {measured.metric for measured in measurements}
    verdicts = [verdict for verdict in check(goals, measurements, python=python) if verdict.goal.metric in metrics]
    print(*verdicts, sep="\n")
    worse = [verdict for verdict in verdicts if verdict.kind == "worse"]
    if worse:
        print(f"{len(worse)} of {len(verdicts)} figures are worse than what is held.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
