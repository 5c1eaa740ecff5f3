"""Ends a command that fails with one clear message."""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

import typer

from pyfly.cli.output import console_for, fault_order, print_fault, single_faults
from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

__all__ = ["INTERRUPTED", "ending_clearly", "fail"]

INTERRUPTED: Final = 130
"""What a shell reports for a command that Ctrl+C has ended."""


@contextmanager
def ending_clearly(*, debug: bool, code: int = 1) -> Generator[None]:
    """Turn what is raised inside into messages on stderr and an exit code.

    Args:
        debug: Whether tracebacks are shown as well.
        code: The exit code; for a command in which 1 has another meaning.

    Raises:
        typer.Exit: Something was raised.
    """
    try:
        yield
    except (typer.Exit, typer.Abort, BrokenPipeError):  # typer's own ways to end, and a reader that has seen enough
        raise
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except PyflyError as error:
        fail(single_faults(error), debug=debug, reported=error, code=code)
    except Exception as error:
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        advice = "" if debug else "; run it again with --debug to see where, and report it if pyfly is to blame"
        fail([PyflyError(f"unexpected {text}{advice}")], debug=debug, reported=error, code=code)


def fail(
    faults: Iterable[PyflyError],
    *,
    target: str = "",
    debug: bool,
    reported: Exception | None = None,
    code: int = 1,
) -> NoReturn:
    """Print faults on stderr, in the order of their places, and end with an exit code.

    Args:
        faults: Single faults, a line each.
        target: What stands for the place of a fault that has none.
        debug: Whether to show tracebacks before.
        reported: Whose traceback to show; each fault's own by default.
        code: The exit code.

    Raises:
        typer.Exit: Always.
    """
    console = console_for(stderr=True)
    faults = sorted(faults, key=fault_order)
    if debug:
        for error in faults if reported is None else (reported,):
            traceback.print_exception(error, file=sys.stderr)
    for fault in faults:
        print_fault(console, fault, target=target)
    raise typer.Exit(code)
