"""Tables of what was measured: for a terminal, and for the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.figures import MORE_IS_BETTER, in_words

if TYPE_CHECKING:
    from benchmarks.figures import Measurement, Spread

__all__ = ["as_markdown", "as_text", "baseline_of"]

BASELINES = (
    "Starlette",
    "Starlette, json by hand",
    "Starlette and pydantic",
    "pyfly, 10 routes",
    "FastAPI",
    "pyfly, at full speed",
)
"""What the others are compared with, where it was measured; else it is the last subject."""


def baseline_of(measured: Measurement) -> str:
    """Return the subject that the others of a measurement are compared with."""
    names = list(measured.rounds)
    return next((name for name in BASELINES if name in names), names[-1])


def rows_of(measured: Measurement) -> list[tuple[str, str, str, str, str]]:
    """Return name, value, spread, ratio to the baseline, and its spread; the best one comes first."""
    baseline = baseline_of(measured)
    rows: list[tuple[str, str, str, str, str]] = []
    best_first = sorted(
        measured.rounds, key=lambda name: measured.value(name).median, reverse=measured.unit in MORE_IS_BETTER
    )
    for name in best_first:
        value, ratio = measured.value(name), measured.ratio(name, baseline)
        # One round has no spread.
        alone = len(measured.rounds[name]) == 1
        spread, quartiles = ("—", "—") if alone else (f"±{value.width / 2:.1%}", _quartiles(ratio))
        rows.append((name, in_words(value.median, measured.unit), spread, f"{ratio.median:.2f}", quartiles))
    return rows


def _quartiles(ratio: Spread) -> str:
    return f"{ratio.low:.2f} to {ratio.high:.2f}"


def as_text(measured: Measurement) -> str:
    """Return a table for a terminal."""
    heading = f"{measured.metric}: {measured.each}, and as a ratio to {baseline_of(measured)}"
    rows = rows_of(measured)
    width = max(len(row[0]) for row in rows)
    lines = [
        f"  {name:{width}}  {value:>20} {spread:>8}  {ratio:>7} ({around})"
        for name, value, spread, ratio, around in rows
    ]
    return "\n".join([heading, *lines])


def as_markdown(measured: Measurement) -> str:
    """Return a table for the documentation."""
    lines = [f"| | {measured.each} | spread | to {baseline_of(measured)} | spread |", "|---|---:|---:|---:|---:|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows_of(measured)]
    return "\n".join(lines)
