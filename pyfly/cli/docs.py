"""``pyfly docs``: the API's documents as files, and what has changed between two states of them."""

from pathlib import Path
from typing import Annotated, Final

import typer

from pyfly.cli.failures import ending_clearly
from pyfly.cli.options import DebugOption, FormatOption, TargetArgument

__all__ = ["docs_app"]

STDOUT = Path("-")
NOT_COMPARED: Final = 2
"""Unlike 1, which says that clients break."""

docs_app: typer.Typer = typer.Typer(
    help="Write the API's documents, and tell which changes break clients.", no_args_is_help=True
)


@docs_app.command()
def export(
    target: TargetArgument,
    openapi: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the OpenAPI document; - is stdout.", show_default=False),
    ] = None,
    asyncapi: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the AsyncAPI document; - is stdout.", show_default=False),
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(
            metavar="DIRECTORY",
            help="Write the page, its documents and its assets, for any web server.",
            show_default=False,
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where the API is served, for the page of --site; readers can name another server.",
            show_default=False,
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Write anew when a Python file changes.", show_default=False)
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Write the OpenAPI and AsyncAPI documents, or a folder with the page that shows them."""
    _check_export(openapi, asyncapi, site, server, watch=watch)
    with ending_clearly(debug=debug):
        from pyfly.cli.exporting import Export, export_again_and_again, export_documents

        wanted = Export(openapi=openapi, asyncapi=asyncapi, site=site, server=server)
        if watch:
            export_again_and_again(target, wanted, debug=debug)
        else:
            export_documents(target, wanted, debug=debug)


@docs_app.command()
def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A document, an exported folder, or a target.", show_default=False)
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, as it is now.", show_default=False)],
    form: FormatOption = "text",
    strict: Annotated[
        bool, typer.Option("--strict", help="Count risky changes as breaking ones.", show_default=False)
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Tell what has changed for clients, and what breaks them.

    Each change is a line 'file:line: breaking: endpoint: what has changed  [code]', or 'risky' or 'compatible', and
    any breaking change makes the exit code 1. It is 2 when the two could not be compared.
    """
    with ending_clearly(debug=debug, code=NOT_COMPARED):
        from pyfly.cli.changes import print_changes
        from pyfly.cli.comparing import compare_sides

        changes = compare_sides(old, new, debug=debug, failing=NOT_COMPARED)
        print_changes(changes, form=form)
        failing = ("breaking", "risky") if strict else ("breaking",)
        if any(found.change.severity in failing for found in changes):
            raise typer.Exit(1)


def _check_export(
    openapi: Path | None, asyncapi: Path | None, site: Path | None, server: str | None, *, watch: bool
) -> None:
    """Refuse options that make no sense together."""
    if openapi is None and asyncapi is None and site is None:
        raise typer.BadParameter("nothing to write; give --openapi FILE, --asyncapi FILE or --site DIRECTORY")
    if openapi == asyncapi == STDOUT:
        raise typer.BadParameter("two documents cannot both go to stdout; give one of them a file")
    if openapi is not None and asyncapi is not None and openapi.resolve() == asyncapi.resolve():
        raise typer.BadParameter(f"two documents cannot both go to {asyncapi}; give each a file of its own")
    if watch and STDOUT in (openapi, asyncapi):
        raise typer.BadParameter("--watch writes files, not stdout; give the document a file")
    if server is not None and site is None:
        raise typer.BadParameter("--server is for the page of --site; give --site DIRECTORY as well")
    if server is not None and not server.startswith(("http://", "https://", "ws://", "wss://")):
        raise typer.BadParameter(f"--server is an address such as https://api.example.com, got {server!r}")
