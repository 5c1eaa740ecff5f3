"""What the checkers' answers mean: which mistakes they tell, and where they are silent or wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.checker_table.cases import Case
    from tools.checker_table.checkers import Diagnostic, Run

__all__ = ["Verdict", "find_faults", "find_open_gaps", "judge"]

_FOLLOWERS = ("reportUntyped", "reportUnknown")
"""Beginnings of rules that speak only since another has spoken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one checker says of one case.

    Attributes:
        case: The case.
        checker: The checker's name.
        told: What it says first in each marked region; None where it says nothing.
        strays: What it says elsewhere.
        reveals: By label, the different types that it shows.
    """

    case: Case
    checker: str
    told: tuple[Diagnostic | None, ...]
    strays: tuple[Diagnostic, ...]
    reveals: dict[str, list[str]]


def judge(cases: Sequence[Case], runs: Sequence[Run]) -> list[Verdict]:
    """Return what each checker says of each case."""
    verdicts = []
    for run in runs:
        found = defaultdict(list)
        for diagnostic in run.diagnostics:
            found[diagnostic.path].append(diagnostic)
        verdicts += [_verdict(case, run.checker, found[case.path.resolve()]) for case in cases]
    return verdicts


def find_faults(verdicts: Sequence[Verdict]) -> list[str]:
    """Return every hole as ``file:line: checker: what is wrong``; none when all is well."""
    return [fault for verdict in verdicts for fault in _faults(verdict)]


def find_open_gaps(verdicts: Sequence[Verdict]) -> list[str]:
    """Return every known gap that pyfly's own rules leave open, as ``file:line: checker: what is wrong``.

    Args:
        verdicts: What the plugin and the command say of the cases with gaps.
    """
    return [
        f"{verdict.case.path}:{region.first}: {verdict.checker}: says nothing where a checker is silent"
        for verdict in verdicts
        for region, told in zip(verdict.case.regions, verdict.told, strict=True)
        if region.silent and told is None
    ]


def _verdict(case: Case, checker: str, diagnostics: Sequence[Diagnostic]) -> Verdict:
    findings = [diagnostic for diagnostic in diagnostics if diagnostic.kind != "note"]
    told = [[finding for finding in findings if finding.line in region] for region in case.regions]
    strays = [finding for finding in findings if not any(finding in found for found in told)]
    reveals = defaultdict(list)
    for diagnostic in diagnostics:
        if diagnostic.kind == "note" and diagnostic.line in case.reveals:
            label, name = case.reveals[diagnostic.line]
            reveals[label].append(diagnostic.message.replace(name, "..."))
    return Verdict(case, checker, tuple(map(_first, told)), tuple(strays), dict(reveals))


def _first(found: Sequence[Diagnostic]) -> Diagnostic | None:
    leaders = [finding for finding in found if not finding.code.startswith(_FOLLOWERS)]
    rules = [finding for finding in leaders if finding.code.startswith("pyfly-")]
    return next(iter([*rules, *leaders, *found]), None)


def _faults(verdict: Verdict) -> Iterator[str]:
    path, checker = verdict.case.path, verdict.checker
    for region, told in zip(verdict.case.regions, verdict.told, strict=True):
        if told is None and checker not in region.silent:
            yield f"{path}:{region.first}: {checker}: says nothing of this mistake"
        if told is not None and checker in region.silent:
            yield f"{path}:{region.first}: {checker}: tells this mistake by now; take it out of the mark"
    for stray in verdict.strays:
        yield f"{path}:{stray.line}: {checker}: {stray.kind} where nothing is wrong: {stray.message} [{stray.code}]"
    labels = [label for label, _ in verdict.case.reveals.values()]
    for label in dict.fromkeys(labels):
        shown = verdict.reveals.get(label, [])
        if len(shown) != labels.count(label) or len(set(shown)) != 1:
            yield f"{path}:1: {checker}: {label}: expected one and the same type, got {shown}"
