"""Arguments and options that several commands have."""

from typing import Annotated, Final

import typer

from pyfly.cli.reports import ReportFormat

__all__ = ["DebugOption", "FormatOption", "JsonOption", "TargetArgument"]


def _or_global(context: typer.Context, value: bool) -> bool:
    """Take an option that may stand before the command as well."""
    return value or bool(context.find_root().params.get("debug"))


_FORMATS: Final = "text, github for annotations of a pull request, or json."

TargetArgument = Annotated[
    str, typer.Argument(metavar="TARGET", help="A file, a module or package, or module:attribute.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.", show_default=False)]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.", callback=_or_global, show_default=False)]
FormatOption = Annotated[ReportFormat, typer.Option("--format", help=_FORMATS)]
