"""How commands print: tables that fit, one line per fault, plain text where there is no terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pyfly.cli.errors import TargetError
from pyfly.context import SettingsError
from pyfly.metadata import DeclarationError, DeclarationErrors
from pyfly.rules.options import RuleOptionsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfly.errors import PyflyError
    from pyfly.metadata import SourceLocation

__all__ = [
    "FaultKind",
    "ShownFault",
    "console_for",
    "fault_order",
    "print_fault",
    "print_json",
    "print_shown",
    "print_table",
    "show_fault",
    "shown_place",
    "single_faults",
]

FaultKind = Literal["error", "warning"]
"""A warning keeps nothing from starting."""

GAP = 2


def console_for(*, stderr: bool = False) -> Console:
    """Return a console that changes no text, and colours only what goes to a terminal (unless `NO_COLOR` is set)."""
    return Console(file=sys.stderr if stderr else sys.stdout, highlight=False, markup=False, emoji=False)


def shown_place(source: SourceLocation | None) -> str:
    """Return ``file:line``, relative to the working directory for what is in it; empty for None."""
    return "" if source is None else f"{_shown_file(source.file)}:{source.line}"


def single_faults(error: PyflyError) -> tuple[PyflyError, ...]:
    """Return each fault an error reports."""
    if isinstance(error, DeclarationErrors):
        return error.faults
    if isinstance(error, SettingsError):
        return tuple(SettingsError([problem]) for problem in error.problems)
    return (error,)


def fault_order(fault: PyflyError) -> tuple[bool, str, int]:
    """Return what faults are told in the order of: file and line; those without a place come last."""
    source = fault.source if isinstance(fault, DeclarationError) else None
    return (True, "", 0) if source is None else (False, source.file, source.line)


class ShownFault(NamedTuple):
    """A fault as people and programs are told of it.

    Attributes:
        place: ``file:line``, or what else stands for the place; may be empty.
        source: Where it is in a file; None where that cannot be told.
        message: What is wrong and how to put it right, in one line.
        code: The rule it breaks; empty for none.
    """

    place: str
    source: SourceLocation | None
    message: str
    code: str


def show_fault(fault: PyflyError, *, target: str = "") -> ShownFault:
    """Return a fault as it is told.

    Args:
        fault: A single fault.
        target: What stands for the place of a fault that has none.
    """
    place, message, code, source = target, str(fault), "", None
    if isinstance(fault, DeclarationError):
        place, message, code, source = shown_place(fault.source) or target, fault.message, fault.code, fault.source
    elif isinstance(fault, TargetError):
        place, message = fault.target, fault.message
    elif isinstance(fault, RuleOptionsError):
        place, message = fault.file, fault.problem
    # Of the lines a message may have, none may pass for a fault of its own.
    line = _with_shown_files(" ".join(part.strip() for part in message.splitlines()))
    return ShownFault(place, source, line, code)


def print_fault(console: Console, fault: PyflyError, *, target: str = "", kind: FaultKind = "error") -> None:
    """Print ``file:line: error: message  [code]`` on one line.

    Args:
        console: Where to print.
        fault: A single fault.
        target: What stands for the place of a fault that has none.
        kind: How serious it is.
    """
    style = "bold red" if kind == "error" else "bold yellow"
    print_shown(console, show_fault(fault, target=target), label=kind, style=style)


def print_shown(console: Console, shown: ShownFault, *, label: str, style: str) -> None:
    """Print ``file:line: label: message  [code]`` on one line.

    Args:
        console: Where to print.
        shown: What to tell.
        label: What it is.
        style: How the label looks on a terminal.
    """
    start = f"{shown.place}: " if shown.place else ""
    end = f"  [{shown.code}]" if shown.code else ""
    console.print(Text.assemble(start, (f"{label}:", style), " ", shown.message, (end, "dim")), soft_wrap=True)


def print_json(value: Any) -> None:
    """Print JSON, in ASCII and over several lines."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def print_table(console: Console, titles: Sequence[str], rows: Sequence[Sequence[str]], *, lead: int) -> None:
    """Print rows in columns; where a terminal is too narrow for them, one below the other with nothing left out.

    Args:
        console: Where to print.
        titles: The columns' titles.
        rows: The cells of each row.
        lead: How many cells stand in the first line of a row that is printed over several.
    """
    widths = [max(cell_len(cell) for cell in column) for column in zip(titles, *rows, strict=True)]
    if console.is_terminal and sum(widths) + GAP * (len(widths) - 1) > console.width:
        lines = _stacked(titles, rows, lead)
    else:
        lines = _columns(titles, rows, widths)
    for line in lines:
        console.print(line, soft_wrap=True)


def _columns(titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[Text]:
    yield Text(_padded([title.upper() for title in titles], widths), "bold")
    for row in rows:
        yield Text(_padded(row, widths))


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_len(cell) + GAP) for cell, width in zip(cells, widths, strict=True))
    return "".join(padded).rstrip()


def _stacked(titles: Sequence[str], rows: Sequence[Sequence[str]], lead: int) -> Iterator[Text]:
    width = max(cell_len(title) for title in titles[lead:])
    for row in rows:
        yield Text(" ".join(row[:lead]), "bold")
        for title, cell in zip(titles[lead:], row[lead:], strict=True):
            if cell:
                yield Text(f"  {title:<{width}}  {cell}")


def _with_shown_files(text: str) -> str:
    """Return a text with the places in it written as `shown_place` writes them."""
    here = re.escape(os.path.join(os.getcwd(), ""))
    return re.sub(rf"(?<![^\s(]){here}(?=[^:\n]+:\d)", "", text)


def _shown_file(file: str) -> str:
    try:
        return str(Path(file).relative_to(os.getcwd()))
    except ValueError:
        return file
