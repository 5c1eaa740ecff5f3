"""Endpoints that not everybody may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from starlette.requests import Request

from pyfly.web.adapters.problems import answer_failure
from pyfly.web.security.identity import is_authenticated, scopes_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from pyfly.web.security.access import Access

__all__ = ["RestrictedEndpoint"]


@final
class RestrictedEndpoint:
    """An endpoint's ASGI application, behind what it requires of its user.

    Args:
        app: The endpoint.
        access: What it requires.
        challenge: The ``WWW-Authenticate`` of a 401.
        handler: ``Controller.method``, for the log.
    """

    __slots__ = ("_access", "_app", "_challenge", "_handler")

    def __init__(self, app: ASGIApp, access: Access, *, challenge: str, handler: str) -> None:
        self._app = app
        self._access = access
        self._challenge = challenge
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request of who may make it, and answer any other with 401 or 403."""
        problem = self._access.problem(
            authenticated=is_authenticated(scope.get("user")), scopes=scopes_of(scope), challenge=self._challenge
        )
        if problem is None:
            await self._app(scope, receive, send)
            return
        response = answer_failure(Request(scope, receive, send), problem, handler=self._handler, debug=False)
        await response(scope, receive, send)
