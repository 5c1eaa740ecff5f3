"""A Starlette router whose cost does not grow with its routes."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, final

from starlette.convertors import StringConvertor
from starlette.datastructures import URL
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Match, Route, Router

from pyfly.web.adapters.route_list import RouteList
from pyfly.web.adapters.template_routes import TemplateRoute, template_of
from pyfly.web.path_index import PathIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

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
        scope["route"] = self.route
        scope.update(self.scope)


class IndexedRouter(Router):
    """Starlette's router, with an index over its routes.

    It finds what Starlette's finds, in the order of its list: routes and mounts of any kind may be added, moved and
    removed at any time. Only routes that match by other means than their path, such as hosts, are asked one by one. It
    takes what Starlette's `Router` takes, and can stand wherever that can.
    """

    _table: _Table | None = None

    @property
    def routes(self) -> list[BaseRoute]:
        """All routes, in the order in which they are tried."""
        return self._routes

    @routes.setter
    def routes(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = RouteList(routes)
        self._table = None

    def enter(self, scope: Scope, kind: type[AnyRoute]) -> AnyRoute | None:
        """Find the route that serves a scope, and put into the scope what Starlette's router does for it.

        Args:
            scope: Of an HTTP request or a WebSocket handshake.
            kind: What class of routes is wanted.

        Returns:
            The route; None, and nothing is changed, where there is none or it is of another class.
        """
        table = self._table
        if table is None or table.version != self._routes.version:
            table = self._look_through()
        path: str = scope["path"]
        if scope.get("root_path"):
            path = _path_below_root(scope)
        alone = None if table.others or "\n" in path else table.index.find_alone(path)
        if alone is not None:
            candidates, captured = alone
            of = scope["type"]
            for candidate in candidates:
                if candidate.kind is None:
                    break
                if candidate.kind == of and (candidate.methods is None or scope["method"] in candidate.methods):
                    route = candidate.route
                    if not isinstance(route, kind) or (path_params := candidate.convert(scope, captured)) is None:
                        break
                    if "router" not in scope:
                        scope["router"] = self
                    scope["route"] = route
                    scope["endpoint"] = candidate.route.endpoint
                    scope["path_params"] = path_params
                    return route
        found = self.find(scope)
        if found is None or not isinstance(found.route, kind):
            return None
        scope.setdefault("router", self)
        found.enter(scope)
        return found.route

    def find(self, scope: Scope) -> FoundRoute | None:
        """Return the first route that serves a scope, else the first one at its path, which takes other methods.

        Args:
            scope: Of an HTTP request or a WebSocket handshake; it is not changed.
        """
        partial: FoundRoute | None = None
        for candidate, captured in self._candidates(scope):
            match, added = candidate.match(scope, captured)
            if match is Match.FULL:
                return FoundRoute(candidate.route, added)
            if match is Match.PARTIAL and partial is None:
                partial = FoundRoute(candidate.route, added)
        return partial

    def routes_at(self, scope: Scope) -> list[BaseRoute]:
        """Return the routes that may serve the path of a scope, in order."""
        return [candidate.route for candidate, _ in self._candidates(scope)]

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or connection, as Starlette's router does."""
        if scope["type"] not in ("http", "websocket"):
            await super().app(scope, receive, send)
            return
        route = self.enter(scope, BaseRoute)
        if route is not None:
            await route.handle(scope, receive, send)
            return
        scope.setdefault("router", self)
        if (redirect := self._redirect(scope)) is not None:
            await redirect(scope, receive, send)
        else:
            await self.default(scope, receive, send)

    def _redirect(self, scope: Scope) -> RedirectResponse | None:
        """Return the way to the path with or without a last slash, where that is served."""
        if scope["type"] != "http" or not self.redirect_slashes or _path_below_root(scope) == "/":
            return None
        path: str = scope["path"]
        other = {**scope, "path": path.rstrip("/") if path.endswith("/") else f"{path}/"}
        return None if self.find(other) is None else RedirectResponse(str(URL(scope=other)))

    def _candidates(self, scope: Scope) -> Sequence[tuple[_Candidate, tuple[str, ...] | None]]:
        table = self._table
        if table is None or table.version != self._routes.version:
            table = self._look_through()
        return table.at(_path_below_root(scope))

    def _look_through(self) -> _Table:
        """Make an index of the routes as they are now."""
        self._table = table = _Table(self._routes, self._routes.version)
        return table


@final
class _Candidate:
    """A route in the list.

    Attributes:
        position: Its place in the list.
        route: The route.
        kind: The type of scopes that it serves; None where it is no `TemplateRoute`, and must be asked itself.
        methods: The HTTP methods that it serves; None for all.
    """

    __slots__ = ("_convert", "_only", "kind", "methods", "position", "route")

    def __init__(self, position: int, route: BaseRoute) -> None:
        self.position = position
        self.route: Any = route
        self.kind: str | None = None
        self.methods: Collection[str] | None = None
        self._convert: list[tuple[str, Callable[[str], Any] | None]] = []
        if isinstance(route, TemplateRoute):
            self.kind = "http" if isinstance(route, Route) else "websocket"
            self.methods = (route.methods or None) if isinstance(route, Route) else None
            self._convert = [
                (name, None if type(convertor) is StringConvertor else convertor.convert)
                for name, convertor in route.param_convertors.items()
            ]
        # The name of a route's only variable, where that stands for the text itself, as most do.
        self._only = self._convert[0][0] if len(self._convert) == 1 and self._convert[0][1] is None else None

    def match(self, scope: Scope, captured: tuple[str, ...] | None) -> tuple[Match, Scope]:
        """Tell whether the route serves a scope, and what it adds to it.

        Args:
            scope: The scope.
            captured: The text of the path's variables; None where the route itself must be asked.
        """
        if captured is None or self.kind is None:
            matched: tuple[Match, Scope] = self.route.matches(scope)
            return matched
        path_params = self.convert(scope, captured) if scope["type"] == self.kind else None
        if path_params is None:
            return Match.NONE, {}
        served = self.methods is None or scope["method"] in self.methods
        return Match.FULL if served else Match.PARTIAL, {"endpoint": self.route.endpoint, "path_params": path_params}

    def convert(self, scope: Scope, captured: Sequence[str]) -> dict[str, Any] | None:
        """Return the path variables of a scope and the route's; None where one is a number too long to convert."""
        outer: dict[str, Any] | None = scope.get("path_params")
        if self._only is not None and not outer:
            return {self._only: captured[0]}  # without the loop: a thirtieth of a whole handshake
        path_params = dict(outer) if outer else {}
        try:
            for (name, convert), text in zip(self._convert, captured):  # noqa: B905  # one for each, by the template
                path_params[name] = text if convert is None else convert(text)
        except ValueError:
            return None
        return path_params


@final
class _Table:
    """What a list of routes was at one time.

    Attributes:
        index: The routes that match by their path alone.
        others: Those that must be asked themselves.
        version: The version of the list.
    """

    __slots__ = ("index", "others", "version")

    def __init__(self, routes: Iterable[BaseRoute], version: int) -> None:
        self.version: Final = version
        indexed: list[tuple[Any, _Candidate]] = []
        self.others: list[tuple[_Candidate, None]] = []
        for position, route in enumerate(tuple(routes)):
            candidate, template = _Candidate(position, route), template_of(route)
            if template is None:
                self.others.append((candidate, None))
            else:
                indexed.append((template, candidate))
        self.index: Final = PathIndex(indexed)

    def at(self, path: str) -> Sequence[tuple[_Candidate, tuple[str, ...] | None]]:
        """Return the routes that may match a path, in order, with the text of its variables where that is known."""
        found: Sequence[tuple[_Candidate, tuple[str, ...] | None]] = self.index.find(path)
        if "\n" in path:
            found = list(self._doubtful(path))
        if self.others:
            found = sorted([*found, *self.others], key=lambda entry: entry[0].position)
        return found

    def _doubtful(self, path: str) -> Iterator[tuple[_Candidate, None]]:
        # To Starlette's regular expressions a path may end before its last line break, and tails have none.
        spellings = {path, path.removesuffix("\n")}
        near = {candidate for spelling in spellings for candidate, _ in self.index.find(spelling)}
        for candidate in sorted(near, key=attrgetter("position")):
            yield candidate, None


def _path_below_root(scope: Scope) -> str:
    """Return the path without the application's root path, as Starlette has it."""
    path: str = scope["path"]
    root: str | None = scope.get("root_path")
    if not root or not path.startswith(root):
        return path
    rest = path[len(root) :]
    return rest if not rest or rest[0] == "/" else path
