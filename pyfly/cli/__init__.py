"""The ``pyfly`` command."""

from __future__ import annotations

import sys

from pyfly.errors import MissingExtraError

__all__ = ["main"]

INTERRUPTED = 130
"""What a shell reports for a command that Ctrl+C has ended."""


def main() -> int:
    """Run the command that the process was called with.

    Returns:
        The exit code: 0, 1 for what is wrong with an application, 2 for what is wrong with the command line.
    """
    try:
        from pyfly.cli.commands import app

        app(prog_name="pyfly")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("rich", "typer"):
            raise
        missing = MissingExtraError(package, extra="standard", purpose="the pyfly command")
        print(f"error: {missing}", file=sys.stderr)  # noqa: T201  # what would print it otherwise is missing
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
