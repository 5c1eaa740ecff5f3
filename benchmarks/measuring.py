"""Runs suites one after the other; what cannot be measured is told, and holds up nothing else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from benchmarks.contest import measure_time
from benchmarks.counting import Counted, measure_instructions
from benchmarks.peers import load_peer, not_installed
from benchmarks.suites import contests_of, load_suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.figures import Measurement
    from benchmarks.goals import Goal
    from benchmarks.peers import Peer
    from benchmarks.plan import Plan
    from benchmarks.suites import Suite

__all__ = ["count", "excuse_for", "load_peers", "measure"]

ROUNDS: Final = 30
COUNTED_ROUNDS: Final = 5


def load_peers(names: Iterable[str], failed: Callable[[str, Exception], None]) -> dict[str, Peer]:
    """Import the modules of peers; one that fails is told, and takes no part."""
    peers: dict[str, Peer] = {}
    for name in names:
        try:
            peers[name] = load_peer(name)
        except Exception as error:
            failed(name, error)
    return peers


def measure(suites: Sequence[str], plan: Plan, leave_out: Callable[[str], None]) -> list[Measurement]:
    """Measure everything that suites ask.

    Args:
        suites: Their names.
        plan: Who takes part, and how thoroughly; it is told what could not be measured.
        leave_out: Is given a line for each suite that cannot be asked here.
    """
    measurements: list[Measurement] = []
    for name in suites:
        suite = load_suite(name)
        if absent := suite.needs():
            leave_out(f"{name} is left out: {not_installed(absent)}")
            continue
        plan.say(f"{name}: {suite.question}")
        failures = len(plan.failures)
        found = [measured for measured in _ask(name, suite, plan) if measured.rounds]
        if not found and len(plan.failures) == failures:
            leave_out(_without_anybody(name, plan))
        measurements += found
    return measurements


def _ask(name: str, suite: Suite, plan: Plan) -> list[Measurement]:
    """Return what a suite has measured; where it fails, what it had until then."""
    found: list[Measurement] = []
    try:
        for contest in contests_of(suite, plan):
            found.append(measure_time(contest, plan, rounds=plan.rounds(ROUNDS)))
        if suite.measure is not None:
            found += suite.measure(plan)
    except Exception as error:
        plan.failed(name, error)
    return found


def _without_anybody(name: str, plan: Plan) -> str:
    return f"{name} is left out: none of those who take part ({', '.join(plan.peers) or 'nobody'}) can do it"


def count(
    suites: Sequence[str], plan: Plan, leave_out: Callable[[str], None], goals: Sequence[Goal] | None
) -> list[Measurement]:
    """Count the instructions of all suites that can be counted, or only of what goals compare."""
    counted: list[Counted] = []
    for name in suites:
        suite = load_suite(name)
        if suite.contests is None:
            if goals is None:
                leave_out(f"{name} is left out: its instructions are not counted")
            continue
        contests = [contest for contest in contests_of(suite, plan) if contest.subjects]
        if not contests and goals is None:
            leave_out(_without_anybody(name, plan))
        counted += [Counted(name, contest) for contest in contests]
    subjects = (
        None if goals is None else frozenset((goal.metric, name) for goal in goals for name in (goal.subject, goal.of))
    )
    plan.say("counting instructions")
    return measure_instructions(counted, plan, rounds=3 if plan.quick else COUNTED_ROUNDS, subjects=subjects)


def excuse_for(suites: Sequence[str], plan: Plan) -> Callable[[Goal], str | None]:
    """Return what tells why a goal cannot be measured with a plan, and None where it can."""
    slow: defaultdict[str, set[str]] = defaultdict(set)
    for name in suites:
        contests = load_suite(name).contests
        for contest in contests(plan.peers) if contests and plan.quick else ():
            slow[contest.metric] |= {subject.name for subject in contest.subjects if subject.slow}
    needs = {metric: load_suite(name).needs for name in suites for metric in load_suite(name).metrics}

    def excuse(goal: Goal) -> str | None:
        absent = [name for name in goal.peers if name not in plan.peers]
        if absent:
            return f"{' and '.join(absent)} {'does' if len(absent) == 1 else 'do'} not take part"
        if needs[goal.metric]():
            return not_installed(needs[goal.metric]())
        return "--quick does without it" if slow[goal.metric] & {goal.subject, goal.of} else None

    return excuse
