"""WebSocket endpoints as Starlette routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect as StarletteWebSocketDisconnect

from pyfly.container import Scope
from pyfly.context import ApplicationContext
from pyfly.web.adapters.template_routes import TemplateRoute
from pyfly.web.controllers import build_routes, registry_of
from pyfly.web.problems import ProblemError
from pyfly.web.security.access import access_of
from pyfly.websocket.additions import AddedBeans, register_additions
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.errors import CloseSession, WebSocketDisconnect
from pyfly.websocket.lifecycle import SessionLifecycle
from pyfly.websocket.metering import MeteredSession
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.rooms.beans import register_rooms
from pyfly.websocket.security.beans import AdmissionBean, register_admission
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.sessions import Sessions
from pyfly.websocket.signatures import plan_handler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping

    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as AsgiScope

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry
    from pyfly.web.controllers import ControllerBean
    from pyfly.web.endpoints import Endpoint
    from pyfly.web.ports import MultiMapping

__all__ = ["SessionRoute", "StarletteDisconnect", "StarletteSession", "WebSocketEndpoint", "WebSocketRegistrar"]


class StarletteDisconnect(WebSocketDisconnect, StarletteWebSocketDisconnect):
    """The client has left; caught by handlers that expect pyfly's error and by those that expect Starlette's."""


@final
class StarletteSession(WebSocketSession):
    """A session in a Starlette application."""

    __slots__ = ()

    disconnect_type: ClassVar[type[WebSocketDisconnect]] = StarletteDisconnect

    @property
    def _connection(self) -> Any:
        if self._given is None:
            self._given = StarletteConnection(self._scope, self._receive_raw, self._send_raw)
        return self._given


@final
class MeteredStarletteSession(MeteredSession):
    """A session in a Starlette application that is measured."""

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
        path_params: dict[str, Any] = self.scope.setdefault("path_params", {})
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
    """The ASGI application behind a route: one handler.

    Attributes:
        endpoint: The handler and its path.
        context: Where its controller's bean lives.
        serve: Serves one connection.
    """

    __slots__ = ("context", "endpoint", "serve")

    def __init__(
        self, endpoint: Endpoint[WebSocketMapping], lifecycle: SessionLifecycle, *, context: BeanContext
    ) -> None:
        self.endpoint = endpoint
        self.context = context
        self.serve: ASGIApp = lifecycle.run

    def __repr__(self) -> str:
        return f"<WebSocketEndpoint {self.endpoint.qualified_name} at {self.endpoint.path}>"

    def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one connection."""
        return self.serve(scope, receive, send)


@final
class SessionRoute(TemplateRoute, WebSocketRoute):
    """The route of one WebSocket handler.

    Attributes:
        mapped: The endpoint it serves.
    """

    def __init__(self, mapped: Endpoint[WebSocketMapping], app: WebSocketEndpoint) -> None:
        super().__init__("/", app, name=mapped.qualified_name)
        self.take_template(mapped.template)
        self.app: ASGIApp = app.serve  # each session would go through one call more
        self.mapped = mapped


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

    def collect_routes(self, context: BeanContext) -> list[WebSocketRoute]:
        """Return a route for every WebSocket endpoint of a context, the most specific path first.

        Args:
            context: An `ApplicationContext`, or any object with ``get_bean(cls)``.

        Raises:
            DeclarationErrors: Everything that makes an endpoint impossible, all in one.
        """
        events = additions = None
        sessions = OpenSessions()
        if isinstance(context, ApplicationContext):
            events = context.events
            if context.scope_of(OpenSessions) is None:
                context.register_instance(sessions, name="pyfly_open_sessions")
            sessions = context.get_bean(OpenSessions)
            context.container.register_provided(WebSocketSession, Scope.SESSION)
            register_rooms(context)
            register_additions(context)
            context.register(Sessions, name="pyfly_sessions")  # applications have sessions of their own
            additions = AddedBeans(context)
            register_admission(context)
        admission = AdmissionBean(context, sessions)
        registry = registry_of(context, self._registry)

        def make_route(endpoint: Endpoint[WebSocketMapping], bean: ControllerBean) -> WebSocketRoute:
            lifecycle = SessionLifecycle(
                endpoint,
                bean,
                plan_handler(endpoint),
                admission=admission,
                access=access_of(endpoint, registry),
                events=events,
                sessions=sessions,
                additions=additions,
                connect=StarletteConnection,  # pyright: ignore[reportArgumentType]  # it takes slots for methods
                session_type=StarletteSession,
                metered_type=MeteredStarletteSession,
                disconnects=(StarletteWebSocketDisconnect,),
                translate=_translated,
            )
            return SessionRoute(endpoint, WebSocketEndpoint(endpoint, lifecycle, context=context))

        return build_routes(
            context,
            WebSocketMapping,
            make_route,
            scope=Scope.SESSION,
            registry=registry,
            controllers=self._controllers,
        )


def _translated(error: BaseException) -> BaseException:
    """Return pyfly's error for one of Starlette's, and any other as it is."""
    try:
        if isinstance(error, HTTPException):
            return ProblemError(error.status_code, error.detail, headers=error.headers)
        if isinstance(error, WebSocketException):
            return CloseSession(error.code, error.reason)
    except ValueError:  # a status or close code that refuses nothing: the handler's mistake
        return error
    return error
