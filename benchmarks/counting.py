"""Counts the instructions of subjects, each peer in a process of its own under valgrind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import callgrind
from benchmarks.figures import Measurement
from benchmarks.processes import ROOT, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.contest import Contest
    from benchmarks.plan import Plan

__all__ = ["Counted", "measure_instructions", "per_operation"]


@dataclass(frozen=True)
class Counted:
    """A contest, and the suite that a process under valgrind finds it in."""

    suite: str
    contest: Contest


def measure_instructions(
    counted: Iterable[Counted], plan: Plan, *, rounds: int, subjects: frozenset[tuple[str, str]] | None = None
) -> list[Measurement]:
    """Count the instructions of contests; a subject that answers wrong is left out.

    Args:
        counted: The contests.
        plan: Is told what could not be counted.
        rounds: How often each subject is counted.
        subjects: The metrics and subjects that matter; by default all.
    """
    contests = list(counted)
    works: dict[str, list[str]] = defaultdict(list)
    for entry in contests:
        for subject in entry.contest.subjects:
            if subjects is None or (entry.contest.metric, subject.name) in subjects:
                works[subject.peer].append(f"{entry.suite}:{entry.contest.metric}:{subject.name}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda peer: _count(peer, works[peer], rounds), works))
    found: dict[tuple[str, str], list[float]] = {}
    for result in results:
        found |= result.values
        for what, why in result.failed:
            plan.failed(what, why)
    measurements: list[Measurement] = []
    for entry in contests:
        metric, each = entry.contest.metric, entry.contest.each
        measured = {
            subject.name: found[metric, subject.name]
            for subject in entry.contest.subjects
            if (metric, subject.name) in found
        }
        if measured:
            measurements.append(Measurement(metric, "instructions", each, measured))
    return measurements


@dataclass(frozen=True)
class _Result:
    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)


def _count(peer: str, works: list[str], rounds: int) -> _Result:
    with tempfile.TemporaryDirectory() as directory:
        output = Path(directory) / "counted"
        program = [sys.executable, "-m", "benchmarks.counted", peer, str(rounds), *works]
        # With a fixed seed, sets and dictionaries of text have the same order in every process.
        environment = clean_environment() | {"PYTHONHASHSEED": "0"}
        result = subprocess.run(
            callgrind.command(program, output), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if result.returncode:
            return _Result(failed=[(peer, f"counting has failed:\n{result.stderr}{result.stdout}")])
        totals = callgrind.totals(output)
    said = json.loads(result.stdout.splitlines()[-1])
    values = {
        (metric, subject): per_operation(totals[first : first + 2 * rounds], size)
        for metric, subject, size, first in said["counted"]
    }
    return _Result(values, [(f"{metric}: {subject}", why) for metric, subject, why in said["failed"]])


def per_operation(totals: list[int], size: int) -> list[float]:
    """Return the instructions of one operation in each round.

    Args:
        totals: What was counted for so many operations and for twice as many, in turn.
        size: So many.
    """
    return [(double - single) / size for single, double in zip(totals[::2], totals[1::2], strict=True)]
