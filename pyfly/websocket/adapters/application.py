"""A Starlette application that reaches its routes in steps that do not grow with their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from starlette.applications import Starlette
from starlette.middleware import Middleware

from pyfly.web.adapters.router import IndexedRouter
from pyfly.websocket.adapters.starlette import SessionRoute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.routing import BaseRoute, Router
    from starlette.types import ASGIApp, ExceptionHandler, Lifespan, Receive, Scope, Send

__all__ = ["IndexedApplication"]


@final
class IndexedApplication(Starlette):
    """Starlette's application, with an `IndexedRouter`, and a shorter way to WebSocket handlers.

    Args:
        routes: The routes, the first to be tried first.
        debug: Whether answers to unforeseen errors show them.
        exception_handlers: What answers errors, by class or status.
        lifespan: What runs around all requests.
    """

    def __init__(
        self,
        routes: Sequence[BaseRoute],
        *,
        debug: bool = False,
        exception_handlers: Mapping[Any, ExceptionHandler] | None = None,
        lifespan: Lifespan[Any] | None = None,
    ) -> None:
        super().__init__(debug=debug, exception_handlers=exception_handlers)
        self.middleware_stack: ASGIApp | None = None
        self.router: Router = IndexedRouter(routes, lifespan=lifespan)
        # What stands around the router where the application has added nothing.
        self._bare_stack: ASGIApp | None = None
        self._index: IndexedRouter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or connection, or the lifespan."""
        scope["app"] = self
        stack = self.middleware_stack
        if stack is None:
            stack = self.middleware_stack = self.build_middleware_stack()
        if self._index is not None and scope["type"] == "websocket" and stack is self._bare_stack:
            # The one middleware before the shortcut leaves WebSocket connections alone.
            route = self._index.enter(scope, SessionRoute)
            if route is not None:
                await route.app(scope, receive, send)
                return
        await stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the middleware around the router; the shortcut stands behind all that the application has added."""
        router, added = self.router, self.user_middleware
        if not isinstance(router, IndexedRouter) or router.middleware_stack != router.app:
            return super().build_middleware_stack()
        self.user_middleware: list[Middleware] = [*added, Middleware(_SessionShortcut, router=router)]
        try:
            stack = super().build_middleware_stack()
        finally:
            self.user_middleware = added
        if not added:
            self._bare_stack, self._index = stack, router
        return stack


@final
class _SessionShortcut:
    """Calls WebSocket handlers without the exception middleware, which has no error of theirs to answer.

    It would wrap `send` and so put a coroutine of its own before each message.
    """

    __slots__ = ("_app", "_router")

    def __init__(self, app: ASGIApp, router: IndexedRouter) -> None:
        self._app = app
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            route = self._router.enter(scope, SessionRoute)
            if route is not None:
                await route.app(scope, receive, send)
                return
        await self._app(scope, receive, send)
