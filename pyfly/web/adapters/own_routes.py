"""Routes of what is served beside the endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["OwnRoute"]


class OwnRoute(Route):
    """A route that is no endpoint of the application.

    Args:
        path: Its path.
        app: What answers, for GET.
        kind: What lists of routes call it, in one word.
        description: The same, in a few words.

    Attributes:
        kind: What lists of routes call it, in one word.
        description: The same, in a few words.
    """

    def __init__(self, path: str, app: ASGIApp, *, kind: str, description: str) -> None:
        super().__init__(path, app, methods=["GET"], include_in_schema=False)
        self.kind = kind
        self.description = description
