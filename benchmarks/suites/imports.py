"""How long an import takes in a new process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.processes import measure_in_processes
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from benchmarks.figures import Measurement
    from benchmarks.plan import Plan

__all__ = ["SUITE"]

TIMED: Final = "import time; start = time.process_time(); {statement}; print(time.process_time() - start)"


def measure(plan: Plan) -> list[Measurement]:
    """Import everything, each in a process of its own; the process's own start is not counted."""
    programs = {
        name: ["-c", TIMED.format(statement=statement)]
        for peer in plan.peers.values()
        for name, statement in peer.imported.items()
    }
    rounds = plan.rounds(20)
    return [measure_in_processes(plan, programs, metric="import", unit="seconds", each="an import", rounds=rounds)]


SUITE = Suite("How long does an import take?", ("import",), measure=measure)
