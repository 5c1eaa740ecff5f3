# Generated from pyfly/apidocs/adapters/routes.py; edit that, then run: python -m tools.stubs
"""The documentation page as Starlette routes."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias, final

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from pyfly.apidocs.info import ApiInfo
from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry

__all__ = ["DocsRegistrar", "DocsRoute", "Guard"]

Guard: TypeAlias = Callable[[Request], bool | Awaitable[bool]]
"""Decides whether a request may see the documentation page."""

@final
class DocsRoute(Route):
    """A route of the documentation page, its documents or its assets.

    Attributes:
        is_page: Whether it is the page itself.
    """

    is_page: bool
    def __init__(self, path: str, app: ASGIApp, *, is_page: bool = False) -> None: ...

@final
class DocsRegistrar:
    """Makes Starlette routes of the documentation page, its documents and its assets.

    Args:
        path: Where the page is served; all else is below it.
        info: What the documents say of the API as a whole; by default the context's `ApiInfo` bean, if there is one.
        guard: Decides on each request, before all beans that are a `DocsGuard`.
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to document; by default all that the context serves.
    """
    def __init__(
        self,
        *,
        path: str = "/docs",
        info: ApiInfo | None = None,
        guard: Guard | None = None,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
    ) -> None: ...
    def collect_routes(self, context: BeanContext) -> list[DocsRoute]:
        """Return the page's routes, which may be added to any Starlette or FastAPI application.

        The documents are made at the first request for them, and kept.

        Args:
            context: Where the controllers' beans live.
        """
