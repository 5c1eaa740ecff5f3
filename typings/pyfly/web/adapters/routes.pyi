# Generated from pyfly/web/adapters/routes.py; edit that, then run: python -m tools.stubs
"""Starlette routes of mapped controller methods."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, final

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry
from pyfly.web.adapters.template_routes import TemplateRoute
from pyfly.web.controllers import ControllerBean
from pyfly.web.descriptors import MethodMapping
from pyfly.web.endpoints import Endpoint

__all__ = ["NATIVES", "ControllerRoute", "collect_controller_routes", "natives_of", "shows_errors"]

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)

NATIVES: tuple[type, ...]
"""Types a handler's parameter may have to be given the request itself."""

def natives_of(request: Request) -> dict[type, object]:
    """Return what to hand in for `NATIVES`."""

@final
class ControllerRoute(TemplateRoute, Route):
    """The route of one mapped controller method.

    Attributes:
        mapped: The endpoint it serves.
        context: Where its controller's bean lives.
    """

    mapped: Endpoint[Any]
    context: BeanContext
    def __init__(
        self, mapped: Endpoint[Any], app: ASGIApp, *, context: BeanContext, siblings: list[ControllerRoute]
    ) -> None: ...
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request whose path matches; another method is answered with 405 and all methods of the path.

        A path that cannot be read is answered with 400.
        """

def shows_errors(context: BeanContext) -> bool:
    """Tell whether answers to unforeseen errors show their text (``Settings.debug``)."""

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
