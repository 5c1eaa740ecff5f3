"""``pyfly routes``: what an application serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.cli.output import print_table, shown_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pyfly.metadata import SourceLocation

__all__ = ["DOCS", "HEALTH", "ListedRoute", "print_routes", "routes_as_json"]

DOCS: Final = "Docs"
"""The kind of the page that documents the API."""

HEALTH: Final = "Health"
"""The kind of what tells of the application's health."""


@final
@dataclass(frozen=True, slots=True)
class ListedRoute:
    """One route of an application.

    Attributes:
        kind: An HTTP method, ``SSE``, ``WebSocket``, ``Docs``, ``Health`` or ``Metrics``; for what is none of these,
            the class of the route.
        path: The full path template.
        handler: ``Controller.method``, or the function's name.
        source: Where it was written; None when that cannot be told.
        controller: The controller's class; None for a route that is no controller's.
    """

    kind: str
    path: str
    handler: str
    source: SourceLocation | None
    controller: type | None = None


def print_routes(console: Console, routes: Sequence[ListedRoute]) -> None:
    """Print a table of routes."""
    rows = [(route.kind, route.path, route.handler, shown_place(route.source)) for route in routes]
    print_table(console, ("kind", "path", "handler", "where"), rows, lead=2)


def routes_as_json(routes: Sequence[ListedRoute]) -> list[dict[str, Any]]:
    """Return routes as JSON has them, with absolute file names."""
    return [
        {
            "kind": route.kind,
            "path": route.path,
            "handler": route.handler,
            "file": route.source.file if route.source else None,
            "line": route.source.line if route.source else None,
        }
        for route in routes
    ]
