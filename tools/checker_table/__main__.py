"""``python -m tools.checker_table``: run the checkers, fail at every hole, and write the page or ``--check`` it."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tools.checker_table.cases import CASES, CaseError, find_cases
from tools.checker_table.checkers import RULES, CheckerError, run_checkers
from tools.checker_table.page import PAGE, is_current, render, with_table
from tools.checker_table.verdicts import find_faults, find_open_gaps, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tools.checker_table.verdicts import Verdict


def main(arguments: Sequence[str] | None = None, *, cases: Path = CASES, page: Path = PAGE) -> int:
    """Run all checkers over all cases.

    Returns:
        0 when every mistake is told (by the checkers, and known gaps by pyfly's own rules), every right form is
        accepted, and the page shows it; else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.checker_table", description=__doc__)
    parser.add_argument("--check", action="store_true", help="leave the page alone, and fail when it is out of date")
    only_check = parser.parse_args(arguments).check
    start = time.perf_counter()
    try:
        found = find_cases(cases)
        runs = run_checkers([case.path for case in found], directory=cases)
        open_cases = [case for case in found if case.has_gap]
        files = [case.path for case in open_cases]
        rules = run_checkers(files, directory=cases, checkers=RULES) if files else []
    except (CaseError, CheckerError) as error:
        print(error, file=sys.stderr)
        return 1
    verdicts = judge(found, runs)
    closing = judge(open_cases, rules)
    for run in (*runs, *rules):
        print(f"{run.checker} {run.version}: {run.seconds:.1f} s")
    faults = [*find_faults(verdicts), *find_open_gaps(closing)]
    print(_summary(verdicts, len(runs), len(faults), time.perf_counter() - start))
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    table = render(verdicts, runs, closing)
    return _check(page, table) if only_check else _write(page, table)


def _check(page: Path, table: str) -> int:
    if is_current(page.read_text(encoding="utf-8"), table):
        return 0
    print(f"{page} is out of date; run python -m tools.checker_table", file=sys.stderr)
    return 1


def _write(page: Path, table: str) -> int:
    text = page.read_text(encoding="utf-8")
    if with_table(text, table) != text:
        page.write_text(with_table(text, table), encoding="utf-8")
        print(f"{page} is written")
    return 0


def _summary(verdicts: Sequence[Verdict], checkers: int, faults: int, seconds: float) -> str:
    mistakes = [verdict for verdict in verdicts if verdict.case.group]
    told = sum(all(verdict.told) for verdict in mistakes)
    gaps = sum(verdict.checker in region.silent for verdict in mistakes for region in verdict.case.regions)
    return (
        f"{len(mistakes) // checkers} mistakes x {checkers} checkers: {told} told, "
        f"{gaps} known gaps that pyfly's own rules close; "
        f"{(len(verdicts) - len(mistakes)) // checkers} files of right forms; {faults} faults; {seconds:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
