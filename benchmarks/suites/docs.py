"""How long it takes to make the OpenAPI or AsyncAPI document of a thousand endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.processes import measure_in_processes
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from benchmarks.figures import Measurement
    from benchmarks.plan import Plan

__all__ = ["SUITE"]

ENDPOINTS: Final = 1_000


def measure(plan: Plan) -> list[Measurement]:
    """Make documents, each in a process of its own."""
    programs = {
        name: ["-m", "benchmarks.built", "document", peer_name, name, str(ENDPOINTS)]
        for peer_name, peer in plan.peers.items()
        for name in peer.documents
    }
    each = f"a document of {ENDPOINTS:,} endpoints"
    rounds = plan.rounds(12)
    return [measure_in_processes(plan, programs, metric="docs", unit="seconds", each=each, rounds=rounds)]


SUITE = Suite("How long does it take to document a thousand endpoints?", ("docs",), measure=measure)
