# Generated from pyfly/web/adapters/own_routes.py; edit that, then run: python -m tools.stubs
"""Routes of what is served beside the endpoints."""

from starlette.routing import Route
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

    kind: str
    description: str
    def __init__(self, path: str, app: ASGIApp, *, kind: str, description: str) -> None: ...
