"""Starlette routes of mapped controller methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, final

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.routing import BaseRoute, Match, Route

from pyfly.container import Scope as BeanScope
from pyfly.context import ApplicationContext, Settings
from pyfly.web.adapters.problems import answer_failure
from pyfly.web.adapters.restricted import RestrictedEndpoint
from pyfly.web.adapters.router import IndexedRouter
from pyfly.web.adapters.template_routes import TemplateRoute
from pyfly.web.controllers import ControllerBean, build_routes, registry_of
from pyfly.web.descriptors import MethodMapping
from pyfly.web.problems import ProblemError
from pyfly.web.security.access import access_of
from pyfly.web.security.paths import is_legible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry
    from pyfly.web.endpoints import Endpoint

__all__ = ["NATIVES", "ControllerRoute", "collect_controller_routes", "natives_of", "shows_errors"]

# RFC 9110, section 9, and RFC 5789; without CONNECT, which is for proxies.
_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)

NATIVES: tuple[type, ...] = (Request, HTTPConnection)
"""Types a handler's parameter may have to be given the request itself."""


def natives_of(request: Request) -> dict[type, object]:
    """Return what to hand in for `NATIVES`."""
    return dict.fromkeys(NATIVES, request)


@final
class ControllerRoute(TemplateRoute, Route):
    """The route of one mapped controller method.

    Attributes:
        mapped: The endpoint it serves.
        context: Where its controller's bean lives.
    """

    def __init__(
        self, mapped: Endpoint[Any], app: ASGIApp, *, context: BeanContext, siblings: list[ControllerRoute]
    ) -> None:
        super().__init__("/", app, methods=[mapped.mapping.request_method], name=mapped.qualified_name)
        self.take_template(mapped.template)
        self.mapped = mapped
        self.context = context
        self._siblings = siblings

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request whose path matches; another method is answered with 405 and all methods of the path.

        A path that cannot be read is answered with 400.
        """
        error: Exception
        if not is_legible(scope):
            error = ProblemError(400, "The path is not valid UTF-8, or has a NUL in it.")
        elif self.methods is not None and scope["method"] in self.methods:
            await self.app(scope, receive, send)
            return
        else:
            error = HTTPException(405, headers={"Allow": ", ".join(sorted(self._allowed(scope)))})
        request = Request(scope, receive, send)
        response = answer_failure(request, error, handler=self.name, debug=False)
        await response(scope, receive, send)

    def _allowed(self, scope: Scope) -> set[str]:
        # The innermost application first; a bare router may serve the routes without one.
        holders = (scope.get("app"), scope.get("router"))
        around = next((found for holder in holders if (found := _around(self, holder, scope))), None)
        return {method for route in around or self._siblings for method in _methods(route, scope)}


def _around(route: BaseRoute, holder: Any, scope: Scope) -> list[BaseRoute] | None:
    """Return the routes beside one in an application or router; of an index, those that the path may reach."""
    router = getattr(holder, "router", holder)
    if isinstance(router, IndexedRouter):
        near = router.routes_at(scope)
        if any(item is route for item in near):
            return near
    return _beside(route, getattr(holder, "routes", []))


def _beside(route: BaseRoute, routes: list[BaseRoute]) -> list[BaseRoute] | None:
    """Return the list that holds a route, perhaps below mounts."""
    levels, seen = [routes], set[int]()
    while levels:
        level = levels.pop()
        if any(item is route for item in level):
            return level
        seen.add(id(level))
        below: list[list[BaseRoute]] = [getattr(item, "routes", None) or [] for item in level]
        levels.extend(inner for inner in below if id(inner) not in seen)  # an application may be mounted in itself
    return None


def _methods(route: BaseRoute, scope: Scope) -> Iterable[str]:
    """Return the methods that a route serves at a path."""
    if isinstance(route, Route):
        return (route.methods or ()) if route.matches(scope)[0] is not Match.NONE else ()
    # Such as a FastAPI router included: it tells only by what it takes.
    return [method for method in _METHODS if route.matches({**scope, "method": method})[0] is Match.FULL]


def shows_errors(context: BeanContext) -> bool:
    """Tell whether answers to unforeseen errors show their text (``Settings.debug``)."""
    return isinstance(context, ApplicationContext) and context.settings.debug


def collect_controller_routes(
    context: BeanContext,
    kind: type[AnyMapping],
    make_app: Callable[[Endpoint[AnyMapping], ControllerBean], ASGIApp],
    *,
    registry: MetadataRegistry | None,
    controllers: Iterable[type] | None,
    endpoints: Sequence[Endpoint[AnyMapping]] | None = None,
) -> list[ControllerRoute]:
    """Return the routes of all endpoints of one kind, the most specific path first.

    Args:
        context: Where the controllers' beans live; none is created here.
        kind: The mapping descriptor to look for.
        make_app: Makes the ASGI application that serves an endpoint with its controller's bean.
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
        endpoints: Their endpoints, the most specific path first, where they have been gathered already.

    Raises:
        DeclarationErrors: Endpoints that can never work; each error names its place.
    """
    if isinstance(context, ApplicationContext):
        for native in NATIVES:
            context.container.register_provided(native, BeanScope.REQUEST)
    siblings: list[ControllerRoute] = []

    challenge = (context.settings if isinstance(context, ApplicationContext) else Settings()).authentication_challenge
    recorded = registry_of(context, registry)

    def make_route(endpoint: Endpoint[AnyMapping], bean: ControllerBean) -> ControllerRoute:
        app = make_app(endpoint, bean)
        if (access := access_of(endpoint, recorded)) is not None:
            app = RestrictedEndpoint(app, access, challenge=challenge, handler=endpoint.qualified_name)
        route = ControllerRoute(endpoint, app, context=context, siblings=siblings)
        siblings.append(route)
        return route

    return build_routes(
        context,
        kind,
        make_route,
        scope=BeanScope.REQUEST,
        registry=registry,
        controllers=controllers,
        endpoints=endpoints,
    )
