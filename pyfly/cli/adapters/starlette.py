"""What can be told about a Starlette or FastAPI application by looking at it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

from starlette.routing import Host, Mount, Route, WebSocketRoute

from pyfly.apidocs.adapters.routes import DocsRoute
from pyfly.cli.routes import DOCS, HEALTH, ListedRoute
from pyfly.context import ApplicationContext
from pyfly.health.adapters.starlette import HealthRoute
from pyfly.metadata import SourceLocation
from pyfly.web.adapters.own_routes import OwnRoute
from pyfly.web.adapters.routes import ControllerRoute
from pyfly.websocket.adapters.starlette import WebSocketEndpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.web.endpoints import Endpoint

__all__ = ["contexts_of", "routes_of"]


def routes_of(application: object) -> list[ListedRoute]:
    """Return all routes of an application and of those mounted in it, in the order they are tried.

    Args:
        application: An ASGI application; middleware around it is looked through where it can be.
    """
    return [*_listed(getattr(_core(application), "routes", ()), "")]


def contexts_of(application: object) -> list[ApplicationContext]:
    """Return the contexts of an application and of those mounted in it: its own, and those its routes serve."""
    core = _core(application)
    context = getattr(getattr(core, "state", None), "context", None)
    found = [context, *_served(getattr(core, "routes", ()))]
    return list(dict.fromkeys(context for context in found if isinstance(context, ApplicationContext)))


def _core(application: object) -> object:
    """Return the first application with routes, going inwards through middleware."""
    layer: Any = application
    while not hasattr(layer, "routes"):
        layer = getattr(layer, "app", None)
        if layer is None:
            return application
    return layer


def _served(routes: Any) -> Iterator[object]:
    """Yield the contexts that routes have their controllers from."""
    for route in routes:
        original = getattr(route, "original_route", route)
        endpoint = getattr(original, "endpoint", None)
        if isinstance(route, Mount | Host):
            yield from contexts_of(route.app)
        elif hasattr(route, "effective_route_contexts"):
            yield from _served(route.effective_route_contexts())
        elif isinstance(original, ControllerRoute):
            yield original.context
        elif isinstance(endpoint, WebSocketEndpoint):
            yield endpoint.context


def _listed(routes: Any, prefix: str) -> Iterator[ListedRoute]:
    for route in routes:
        if isinstance(route, Mount | Host):
            yield from _below(route, prefix)
        elif hasattr(route, "effective_route_contexts"):  # a router that FastAPI has included
            yield from _listed(route.effective_route_contexts(), prefix)
        else:
            yield from _single(route, prefix)


def _below(route: Mount | Host, prefix: str) -> Iterator[ListedRoute]:
    path = route.host + prefix if isinstance(route, Host) else prefix + route.path
    routes = getattr(_core(route.app), "routes", None)
    if routes is not None:
        yield from _listed(routes, path)
    else:
        yield ListedRoute(type(route).__name__, path or "/", *_named(route.app), None)


def _single(route: Any, prefix: str) -> Iterator[ListedRoute]:
    # What FastAPI has included stands for a route of the router, and keeps it; it knows the full path.
    original = getattr(route, "original_route", route)
    holders = (route, getattr(route, "starlette_route", None), original)
    path = prefix + next((path for holder in holders if (path := getattr(holder, "path", ""))), "")
    endpoint = getattr(original, "endpoint", None)
    if isinstance(original, ControllerRoute):
        yield _ours(original.mapped, path)
    elif isinstance(original, DocsRoute):
        if original.is_page:  # what belongs to it is no news
            yield ListedRoute(DOCS, path, "API documentation", None)
    elif isinstance(original, OwnRoute):
        yield ListedRoute(original.kind, path, original.description, None)
    elif isinstance(original, HealthRoute):
        yield ListedRoute(HEALTH, path, _named(endpoint)[0], None)
    elif isinstance(endpoint, WebSocketEndpoint):
        yield _ours(endpoint.endpoint, path)
    elif isinstance(original, WebSocketRoute):
        yield ListedRoute("WebSocket", path, *_named(endpoint), None)
    elif isinstance(original, Route):
        for method in _methods(original):
            yield ListedRoute(method, path, *_named(endpoint), None)
    else:
        yield ListedRoute(type(original).__name__, path, *_named(endpoint or original), None)


def _ours(endpoint: Endpoint[Any], path: str) -> ListedRoute:
    return ListedRoute(endpoint.mapping.kind, path, endpoint.qualified_name, endpoint.source, endpoint.controller)


def _methods(route: Route) -> list[str]:
    if route.methods is None:
        handlers = ("get", "post", "put", "patch", "delete", "options")
        return [name.upper() for name in handlers if hasattr(route.endpoint, name)] or ["ANY"]
    return sorted(route.methods - {"HEAD"} if "GET" in route.methods else route.methods)


def _named(target: Any) -> tuple[str, SourceLocation | None]:
    while isinstance(target, functools.partial):
        target = target.func
    written = cast("Any", target if hasattr(target, "__qualname__") else type(target))
    name: str = written.__qualname__
    return name.rpartition("<locals>.")[2], SourceLocation.of(written)
