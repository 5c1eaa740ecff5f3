# Generated from pyfly/websocket/adapters/starlette.py; edit that, then run: python -m tools.stubs
"""WebSocket endpoints as Starlette routes."""

from collections.abc import Awaitable, Iterable
from typing import ClassVar, final

from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope
from starlette.websockets import WebSocketDisconnect as StarletteWebSocketDisconnect

from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry
from pyfly.web.adapters.template_routes import TemplateRoute
from pyfly.web.endpoints import Endpoint
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.errors import WebSocketDisconnect
from pyfly.websocket.lifecycle import SessionLifecycle
from pyfly.websocket.session import WebSocketSession

__all__ = ["SessionRoute", "StarletteDisconnect", "StarletteSession", "WebSocketEndpoint", "WebSocketRegistrar"]

class StarletteDisconnect(WebSocketDisconnect, StarletteWebSocketDisconnect):
    """The client has left; caught by handlers that expect pyfly's error and by those that expect Starlette's."""

@final
class StarletteSession(WebSocketSession):
    """A session in a Starlette application."""

    disconnect_type: ClassVar[type[WebSocketDisconnect]]

@final
class WebSocketEndpoint:
    """The ASGI application behind a route: one handler.

    Attributes:
        endpoint: The handler and its path.
        context: Where its controller's bean lives.
        serve: Serves one connection.
    """

    endpoint: Endpoint[WebSocketMapping]
    context: BeanContext
    serve: ASGIApp
    def __init__(
        self, endpoint: Endpoint[WebSocketMapping], lifecycle: SessionLifecycle, *, context: BeanContext
    ) -> None: ...
    def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one connection."""

@final
class SessionRoute(TemplateRoute, WebSocketRoute):
    """The route of one WebSocket handler.

    Attributes:
        mapped: The endpoint it serves.
    """

    app: ASGIApp
    mapped: Endpoint[WebSocketMapping]
    def __init__(self, mapped: Endpoint[WebSocketMapping], app: WebSocketEndpoint) -> None: ...

@final
class WebSocketRegistrar:
    """Discovers ``@websocket_mapping`` methods and builds Starlette routes whose beans are resolved at first use.

    See "Route Discovery" in the WebSocket guide.

    Args:
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: Which controllers to serve; by default all that the context knows.
    """
    def __init__(
        self, *, registry: MetadataRegistry | None = None, controllers: Iterable[type] | None = None
    ) -> None: ...
    def collect_routes(self, context: BeanContext) -> list[WebSocketRoute]:
        """Return a route for every WebSocket endpoint of a context, the most specific path first.

        Args:
            context: An `ApplicationContext`, or any object with ``get_bean(cls)``.

        Raises:
            DeclarationErrors: Everything that makes an endpoint impossible, all in one.
        """
