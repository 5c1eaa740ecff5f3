# Generated from pyfly/web/sse/adapters/starlette.py; edit that, then run: python -m tools.stubs
"""Event streams as Starlette routes."""

from collections.abc import Iterable, Sequence
from typing import final

from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry
from pyfly.web.adapters.routes import ControllerRoute
from pyfly.web.endpoints import Endpoint
from pyfly.web.sse.descriptors import SseMapping

__all__ = ["SSERegistrar"]

@final
class SSERegistrar:
    """Makes Starlette routes of controllers' SSE mappings.

    Args:
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
        keep_alive: Seconds of silence after which a stream sends a comment; by default what the context's settings
            say, or 15.
    """
    def __init__(
        self,
        *,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
        keep_alive: float | None = None,
        endpoints: Sequence[Endpoint[SseMapping]] | None = None,
    ) -> None: ...
    def collect_routes(self, context: BeanContext) -> list[ControllerRoute]:
        """Return a route for each SSE mapping, the most specific path first.

        Beans are asked for at the first request. The routes may be added to any Starlette or FastAPI application.

        Args:
            context: Where the controllers' beans live.

        Raises:
            DeclarationErrors: Mappings or signatures that can never work; each error names its place.
        """
