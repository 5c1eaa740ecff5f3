"""The WebSocket handlers that an application serves, found in its Starlette routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Match, Mount

from pyfly.metadata import did_you_mean
from pyfly.testing.endpoints import ServedHandler, choose, is_same, label
from pyfly.testing.errors import EndpointError
from pyfly.web.adapters.routes import ControllerRoute
from pyfly.websocket.adapters.starlette import SessionRoute, WebSocketEndpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.routing import BaseRoute

    from pyfly.web.endpoints import Endpoint
    from pyfly.websocket import WebSocketMapping

__all__ = ["answering_route", "contexts_of", "find_handler"]


def find_handler(app: object, handler: object, controller: type | None) -> ServedHandler:
    """Return where an application serves a handler.

    Args:
        app: The application, perhaps within middleware.
        handler: The method as its class has it.
        controller: Which of several controllers is meant, where they share the method.

    Raises:
        EndpointError: It serves no such handler, or several controllers do.
    """
    routes = list(_walk(_routes_of(app)))
    served = [ServedHandler(route.mapped, mounts, route) for mounts, route in routes if isinstance(route, SessionRoute)]
    found = choose(served, handler, controller)
    if found is None:
        raise _not_served(handler, controller, served, [route for _, route in routes])
    return found


def answering_route(app: object, path: str) -> BaseRoute | None:
    """Return the route of an application that answers a WebSocket handshake at a path; None where that is unknown."""
    scope: dict[str, Any] = {"type": "websocket", "path": path, "root_path": "", "headers": [], "path_params": {}}
    routes = _routes_of(app)
    while True:
        for route in routes:
            match, inner = route.matches(scope)
            if match is Match.NONE:
                continue
            if not isinstance(route, Mount):
                return route
            scope.update(inner)
            routes = route.routes
            break
        else:
            return None


def contexts_of(app: object) -> list[object]:
    """Return the bean contexts behind an application's controllers, each once."""
    own = getattr(getattr(app, "state", None), "context", None)
    found: list[object] = [] if own is None else [own]
    for _, route in _walk(_routes_of(app, strict=False)):
        context: object = None
        if isinstance(route, ControllerRoute):
            context = route.context
        elif isinstance(route, SessionRoute) and isinstance(route.endpoint, WebSocketEndpoint):
            context = route.endpoint.context
        if context is not None and not any(context is known for known in found):
            found.append(context)
    return found


def _routes_of(app: object, *, strict: bool = True) -> Sequence[BaseRoute]:
    inner: Any = app
    # Middleware keeps what it wraps as ``app``.
    while not hasattr(inner, "routes") and hasattr(inner, "app"):
        inner = inner.app
    routes: Sequence[BaseRoute] | None = getattr(inner, "routes", None)
    if routes is None:
        if not strict:
            return ()
        raise EndpointError(
            f"{app!r} does not show its routes",
            "connect to the Starlette application in it, or by its path: connect_path(app, ...)",
        )
    return routes


def _walk(routes: Sequence[BaseRoute], mounts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], BaseRoute]]:
    for route in routes:
        yield mounts, route
        if isinstance(route, Mount):
            yield from _walk(route.routes, (*mounts, route.path))


def _not_served(
    handler: Any, controller: type | None, served: Sequence[ServedHandler], routes: Sequence[BaseRoute]
) -> EndpointError:
    name = label(handler)
    if controller is not None:
        name = f"{controller.__name__}.{name.rpartition('.')[2]}"
    for route in routes:
        if isinstance(route, ControllerRoute) and is_same(route.mapped.function, handler):
            return EndpointError(
                f"{name} is no WebSocket handler, but {route.mapped.mapping.kind} {route.path}",
                "ask it with Starlette's TestClient or httpx2",
            )
    if not callable(handler):
        return EndpointError(f"{handler!r} is no handler", "name the method as its class has it: ChatController.chat")
    names = [one.endpoint.qualified_name for one in served]
    overriding = [one.endpoint.qualified_name for one in served if _overrides(one.endpoint, handler)]
    if overriding:
        return EndpointError(f"{name} is overridden where it is served", f"did you mean {overriding[0]}?")
    if name in names:
        return EndpointError(
            f"the application serves the {name} of another class of that name",
            "its module was loaded twice: import it by one name",
        )
    mend = "scan its module, or register its controller"
    if not hasattr(handler, "__pyfly_ws_mapping__"):
        owner, _, method = name.rpartition(".")
        siblings = [other.removeprefix(f"{owner}.") for other in names if other.startswith(f"{owner}.")]
        mend = did_you_mean(
            method, siblings, shown=f"{owner}.{{}}", otherwise="map it with @websocket_mapping in a controller"
        )
    known = f"it serves {', '.join(sorted(names))}" if names else "it serves no WebSocket handler at all"
    return EndpointError(f"the application does not serve {name}; {known}", mend)


def _overrides(endpoint: Endpoint[WebSocketMapping], handler: object) -> bool:
    if is_same(endpoint.function, handler):
        return False
    return any(is_same(vars(base).get(endpoint.name), handler) for base in endpoint.controller.__mro__)
