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
        self.router: Router = IndexedRouter(routes, lifespan=lifespan)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the middleware around the router; the shortcut stands behind all that the application has added."""
        added = self.user_middleware
        if isinstance(self.router, IndexedRouter) and self.router.middleware_stack == self.router.app:
            self.user_middleware: list[Middleware] = [*added, Middleware(_SessionShortcut, router=self.router)]
        try:
            return super().build_middleware_stack()
        finally:
            self.user_middleware = added


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
            found = self._router.find(scope)
            if found is not None and isinstance(found.route, SessionRoute):
                scope.setdefault("router", self._router)
                found.enter(scope)
                await found.route.handle(scope, receive, send)
                return
        await self._app(scope, receive, send)
