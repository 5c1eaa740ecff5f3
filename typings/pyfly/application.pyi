# Generated from pyfly/application.py; edit that, then run: python -m tools.stubs
"""Assembles context, routes and lifespan into one ASGI application."""

from collections.abc import Iterable
from types import ModuleType

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from pyfly.container import BeanContext
from pyfly.context import Settings
from pyfly.errors import PyflyError
from pyfly.metadata import MetadataRegistry

__all__ = ["ApplicationError", "collect_routes", "create_app"]

class ApplicationError(PyflyError):
    """An application cannot be put together from what it was given."""

def create_app(
    *packages_or_modules: str | ModuleType | type, settings: Settings | None = None, context: BeanContext | None = None
) -> Starlette:
    """Build an application from the controllers and other beans of packages.

    The application's lifespan starts and stops the context. Mounted where no lifespan runs, it starts at the first
    request. The context is kept as ``app.state.context``.

    Where the context's settings say so (``docs``, or ``debug``), it serves a page that documents the API; and with
    ``health_path``, the application's health.

    Args:
        packages_or_modules: Packages, which are scanned with everything below them, and modules, as dotted names or
            module objects; single classes are taken as they are.
        settings: Settings of a new context; by default they are read from ``PYFLY_*`` variables and ``.env``.
        context: The context to use: an `ApplicationContext`, or any object with ``get_bean(cls)``.

    Raises:
        ApplicationError: There is nothing to serve, or both a context and settings were given.
        DeclarationErrors: Everything that makes an endpoint impossible, all in one.
    """

def collect_routes(
    context: BeanContext, *, registry: MetadataRegistry | None = None, controllers: Iterable[type] | None = None
) -> list[BaseRoute]:
    """Return the routes of all HTTP, SSE and WebSocket endpoints of a context, the most specific path first.

    They can be added to any Starlette or FastAPI application. Beans are resolved at the first request.

    Args:
        context: An `ApplicationContext`, or any object with ``get_bean(cls)``.
        registry: Where the decorators recorded; the context's own or the process-wide registry by default.
        controllers: Which controllers to serve; by default all that the context knows.

    Raises:
        DeclarationErrors: Everything that makes an endpoint impossible, all in one.
    """
