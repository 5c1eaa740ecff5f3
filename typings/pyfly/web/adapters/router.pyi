# Generated from pyfly/web/adapters/router.py; edit that, then run: python -m tools.stubs
"""A Starlette router whose cost does not grow with its routes."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar, final

from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

__all__ = ["FoundRoute", "IndexedRouter"]

AnyRoute = TypeVar("AnyRoute", bound=BaseRoute)

@final
class FoundRoute(NamedTuple):
    """The route that answers a request or handshake.

    Attributes:
        route: The route.
        scope: What it adds to the scope.
    """

    route: BaseRoute
    scope: Scope
    def enter(self, scope: Scope) -> None:
        """Add to a scope what Starlette's router does for a route that is found."""

class IndexedRouter(Router):
    """Starlette's router, with an index over its routes.

    It finds what Starlette's finds, in the order of its list: routes and mounts of any kind may be added, moved and
    removed at any time. Only routes that match by other means than their path, such as hosts, are asked one by one. It
    takes what Starlette's `Router` takes, and can stand wherever that can.
    """
    @property
    def routes(self) -> list[BaseRoute]:
        """All routes, in the order in which they are tried."""
    @routes.setter
    def routes(self, routes: Iterable[BaseRoute]) -> None: ...
    def enter(self, scope: Scope, kind: type[AnyRoute]) -> AnyRoute | None:
        """Find the route that serves a scope, and put into the scope what Starlette's router does for it.

        Args:
            scope: Of an HTTP request or a WebSocket handshake.
            kind: What class of routes is wanted.

        Returns:
            The route; None, and nothing is changed, where there is none or it is of another class.
        """
    def find(self, scope: Scope) -> FoundRoute | None:
        """Return the first route that serves a scope, else the first one at its path, which takes other methods.

        Args:
            scope: Of an HTTP request or a WebSocket handshake; it is not changed.
        """
    def routes_at(self, scope: Scope) -> list[BaseRoute]:
        """Return the routes that may serve the path of a scope, in order."""
    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or connection, as Starlette's router does."""
