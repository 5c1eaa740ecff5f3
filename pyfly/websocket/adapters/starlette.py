"""WebSocket endpoints as Starlette routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect as StarletteWebSocketDisconnect

from pyfly.container import Scope
from pyfly.context import ApplicationContext
from pyfly.metadata import DeclarationError, DeclarationErrors, default_registry
from pyfly.web.controllers import ControllerBean, controllers_of
from pyfly.web.endpoints import collect_endpoints
from pyfly.web.problems import ProblemError
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.errors import WebSocketDisconnect
from pyfly.websocket.lifecycle import SessionLifecycle
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.signatures import plan_handler

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.ports import MultiMapping

__all__ = ["StarletteDisconnect", "StarletteSession", "WebSocketEndpoint", "WebSocketRegistrar"]


class StarletteDisconnect(WebSocketDisconnect, StarletteWebSocketDisconnect):
    """The client has left; caught by handlers that expect pyfly's error and by those that expect Starlette's."""


@final
class StarletteSession(WebSocketSession):
    """A session in a Starlette application."""

    __slots__ = ()

    disconnect_type: ClassVar[type[WebSocketDisconnect]] = StarletteDisconnect


@final
class StarletteConnection:
    """The ASGI connection of a Starlette route; headers and the like are parsed when first asked for."""

    __slots__ = ("_http", "receive", "scope", "send")

    def __init__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self._http: HTTPConnection | None = None

    @property
    def http(self) -> HTTPConnection:
        """The handshake, as Starlette sees it."""
        if self._http is None:
            self._http = HTTPConnection(self.scope)
        return self._http

    @property
    def path_params(self) -> dict[str, Any]:
        """Path variables."""
        path_params: dict[str, Any] = self.scope.get("path_params") or {}
        return path_params

    @property
    def query_params(self) -> MultiMapping:
        """Query parameters."""
        return self.http.query_params

    @property
    def headers(self) -> MultiMapping:
        """Request headers."""
        return self.http.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies."""
        return self.http.cookies


@final
class WebSocketEndpoint:
    """The ASGI application behind a route: one handler."""

    __slots__ = ("_lifecycle", "endpoint")

    def __init__(self, endpoint: Endpoint[WebSocketMapping], lifecycle: SessionLifecycle) -> None:
        self.endpoint = endpoint
        self._lifecycle = lifecycle

    def __repr__(self) -> str:
        return f"<WebSocketEndpoint {self.endpoint.qualified_name} at {self.endpoint.path}>"

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        await self._lifecycle.run(StarletteConnection(scope, receive, send))


@final
class WebSocketRegistrar:
    """Discovers ``@websocket_mapping`` methods and builds Starlette routes whose beans are resolved at first use.

    See "Route Discovery" in the WebSocket guide.

    Args:
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: Which controllers to serve; by default all that the context knows.
    """

    __slots__ = ("_controllers", "_registry")

    def __init__(self, *, registry: MetadataRegistry | None = None, controllers: Iterable[type] | None = None) -> None:
        self._registry = registry
        self._controllers = None if controllers is None else tuple(controllers)

    def collect_endpoints(self, context: BeanContext) -> list[Endpoint[WebSocketMapping]]:
        """Return the WebSocket endpoints of a context, the most specific path first.

        Raises:
            DeclarationErrors: Paths that cannot be, or that no connection can tell apart.
        """
        registry = self._registry or (context.registry if isinstance(context, ApplicationContext) else default_registry)
        controllers = controllers_of(context, registry) if self._controllers is None else self._controllers
        return collect_endpoints(controllers, WebSocketMapping, registry)

    def collect_routes(self, context: BeanContext) -> list[WebSocketRoute]:
        """Return a route for every WebSocket endpoint of a context, the most specific path first.

        Args:
            context: An `ApplicationContext`, or any object with ``get_bean(cls)``.

        Raises:
            DeclarationErrors: Everything that makes an endpoint impossible, all in one.
        """
        routes: list[WebSocketRoute] = []
        faults: list[DeclarationError] = []
        for endpoint in self.collect_endpoints(context):
            try:
                app = WebSocketEndpoint(endpoint, _lifecycle(endpoint, context))
            except DeclarationErrors as errors:
                faults.extend(errors.faults)
            except DeclarationError as fault:
                faults.append(fault)
            else:
                routes.append(WebSocketRoute(endpoint.path, app, name=endpoint.qualified_name))
        if faults:
            raise DeclarationErrors(faults)
        return routes


def _lifecycle(endpoint: Endpoint[WebSocketMapping], context: BeanContext) -> SessionLifecycle:
    return SessionLifecycle(
        endpoint,
        ControllerBean(context, endpoint.controller, scope=Scope.SESSION),
        plan_handler(endpoint),
        events=context.events if isinstance(context, ApplicationContext) else None,
        session_type=StarletteSession,
        disconnects=(StarletteWebSocketDisconnect,),
        as_problem=_as_problem,
    )


def _as_problem(error: Exception) -> ProblemError | None:
    if not isinstance(error, HTTPException) or error.status_code < 400:
        return None
    return ProblemError(error.status_code, error.detail, headers=error.headers)
