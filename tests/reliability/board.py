"""The board of the reliability suite: what was tried, what has to hold, what was seen, on which server."""

from __future__ import annotations

from dataclasses import astuple, dataclass

__all__ = ["Line", "drawn"]

TITLES = ("scenario", "criterion", "seen", "server")


@dataclass(frozen=True)
class Line:
    """One line of the board."""

    scenario: str
    criterion: str
    seen: str
    server: str


def drawn(lines: list[Line]) -> list[str]:
    """Draw a table with a column for each field."""
    rows = [TITLES, *sorted(astuple(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(TITLES))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
