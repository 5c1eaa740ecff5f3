# Generated from pyfly/web/adapters/starlette.py; edit that, then run: python -m tools.stubs
"""HTTP controllers as Starlette routes."""

from collections.abc import Iterable, Sequence
from typing import final

from pyfly.container import BeanContext
from pyfly.metadata import MetadataRegistry
from pyfly.web.adapters.problems import problem_exception_handlers
from pyfly.web.adapters.routes import ControllerRoute
from pyfly.web.descriptors import HttpMapping
from pyfly.web.endpoints import Endpoint

__all__ = ["ControllerRegistrar", "ControllerRoute", "problem_exception_handlers"]

@final
class ControllerRegistrar:
    """Makes Starlette routes of controllers' HTTP mappings.

    Args:
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
    """
    def __init__(
        self,
        *,
        registry: MetadataRegistry | None = None,
        controllers: Iterable[type] | None = None,
        endpoints: Sequence[Endpoint[HttpMapping]] | None = None,
    ) -> None: ...
    def collect_routes(self, context: BeanContext) -> list[ControllerRoute]:
        """Return a route for each HTTP mapping, the most specific path first.

        Beans are asked for at the first request. The routes may be added to any Starlette or FastAPI application.

        Args:
            context: Where the controllers' beans live.

        Raises:
            DeclarationErrors: Mappings or signatures that can never work; each error names its place.
        """
