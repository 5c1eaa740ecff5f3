"""Assembles context, routes and lifespan into one ASGI application."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from pyfly.container import BeanContext, StereotypeScanner
from pyfly.context import ApplicationContext
from pyfly.draining import Draining, DrainPlan
from pyfly.errors import PyflyError
from pyfly.health.adapters.starlette import HealthRegistrar
from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate, gathering
from pyfly.web.adapters.routes import ControllerRoute
from pyfly.web.adapters.starlette import ControllerRegistrar, problem_exception_handlers
from pyfly.web.adapters.template_routes import TemplateRoute
from pyfly.web.controllers import controllers_of, registry_of
from pyfly.web.descriptors import HttpMapping
from pyfly.web.endpoints import check_conflicts, gather_endpoints
from pyfly.web.sse import SseMapping
from pyfly.web.sse.adapters.starlette import SSERegistrar
from pyfly.websocket.adapters.application import IndexedApplication
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.open_sessions import OpenSessions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable
    from contextlib import AbstractAsyncContextManager

    from starlette.applications import Starlette
    from starlette.routing import BaseRoute, Route, WebSocketRoute

    from pyfly.context import Settings
    from pyfly.metadata import MetadataRegistry

__all__ = ["ApplicationError", "collect_routes", "create_app"]

logger: logging.Logger = logging.getLogger("pyfly.application")


class ApplicationError(PyflyError):
    """An application cannot be put together from what it was given."""


def create_app(
    *packages_or_modules: str | ModuleType | type,
    settings: Settings | None = None,
    context: BeanContext | None = None,
) -> Starlette:
    """Build an application from the controllers and other beans of packages.

    The application's lifespan starts and stops the context. Mounted where no lifespan runs, it starts at the first
    request. The context is kept as ``app.state.context``.

    Where the context's settings say so (``docs``, or ``debug``), it serves a page that documents the API; and with
    ``metrics_path`` and ``health_path``, metrics for Prometheus and the application's health.

    Args:
        packages_or_modules: Packages, which are scanned with everything below them, and modules, as dotted names or
            module objects; single classes are taken as they are.
        settings: Settings of a new context; by default they are read from ``PYFLY_*`` variables and ``.env``.
        context: The context to use: an `ApplicationContext`, or any object with ``get_bean(cls)``.

    Raises:
        ApplicationError: There is nothing to serve, or both a context and settings were given.
        DeclarationErrors: Everything that makes an endpoint impossible, all in one.
    """
    if context is None and not packages_or_modules:
        raise ApplicationError("create_app() has nothing to serve; name a package or module, or give a context")
    if context is not None and settings is not None:
        raise ApplicationError("create_app() was given a context and settings; give the settings to the context")
    for source in packages_or_modules:
        if not isinstance(source, str | ModuleType | type):  # pyright: ignore[reportUnnecessaryIsInstance]  # unchecked callers
            raise ApplicationError(f"create_app() takes modules, dotted names and classes, not {source!r}")
    if context is None:
        context = ApplicationContext(settings=settings)
    elif not isinstance(context, BeanContext):  # pyright: ignore[reportUnnecessaryIsInstance]  # unchecked callers
        raise ApplicationError(f"create_app(context=...) needs an object with get_bean(cls), not {context!r}")
    controllers = _discover(context, packages_or_modules)
    routes = _collect(context, None, controllers)
    if not routes:
        logger.warning("no controller with a mapping was found in %s", _names(packages_or_modules) or "the context")
    debug = False
    if isinstance(context, ApplicationContext):
        debug = context.settings.debug
        if context.settings.health_path is not None:
            routes = _with_health(routes, context, context.settings.health_path)
        if context.settings.serves_docs:
            routes = _with_docs(routes, context)
        if context.settings.metrics_path is not None:
            routes = _with_metrics(routes, context, context.settings.metrics_path)
    app = IndexedApplication(
        routes,
        debug=debug,
        exception_handlers=problem_exception_handlers(debug),
        lifespan=_lifespan(context),
    )
    app.state.context = context
    return app


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
    return [*_collect(context, registry, controllers)]


def _collect(
    context: BeanContext, registry: MetadataRegistry | None, controllers: Iterable[type] | None
) -> list[Route | WebSocketRoute]:
    registry = registry_of(context, registry)
    chosen = controllers_of(context, registry) if controllers is None else tuple(controllers)
    faults: list[DeclarationError] = []
    http = gather_endpoints(chosen, HttpMapping, registry, faults)
    streams = gather_endpoints(chosen, SseMapping, registry, faults)
    if streams:  # conflicts among endpoints of one kind were found with them
        with gathering(faults):
            check_conflicts([*http, *streams])
    routes: list[Route | WebSocketRoute] = []
    for registrar in (
        ControllerRegistrar(registry=registry, controllers=chosen, endpoints=http),
        SSERegistrar(registry=registry, controllers=chosen, endpoints=streams),
        WebSocketRegistrar(registry=registry, controllers=chosen),
    ):
        with gathering(faults):
            routes += registrar.collect_routes(context)
    if faults:
        raise DeclarationErrors(faults)
    return sorted(routes, key=_specificity)


def _specificity(route: Route | WebSocketRoute) -> tuple[tuple[int, ...], ...]:
    template = route.template if isinstance(route, TemplateRoute) else PathTemplate.parse(route.path)
    return template.specificity


def _with_docs(routes: list[Route | WebSocketRoute], context: ApplicationContext) -> list[Route | WebSocketRoute]:
    """Return routes and those of the page that documents them; a path that an endpoint has is left to it."""
    # Most processes serve no such page, and need not load what writes it.
    from pyfly.apidocs.adapters.routes import DocsRegistrar

    path = context.settings.docs_path
    if _is_taken(path, routes, what="the API documentation is", setting="docs_path"):
        return routes
    return sorted([*routes, *DocsRegistrar(path=path).collect_routes(context)], key=_specificity)


def _with_metrics(
    routes: list[Route | WebSocketRoute], context: ApplicationContext, path: str
) -> list[Route | WebSocketRoute]:
    """Return routes and that of the metrics; a path that an endpoint has is left to it."""
    from pyfly.metrics import MetricsRegistrar

    if _is_taken(path, routes, what="the metrics are", setting="metrics_path"):
        return routes
    return sorted([*routes, *MetricsRegistrar(path=path).collect_routes(context)], key=_specificity)


def _is_taken(path: str, routes: Iterable[Route | WebSocketRoute], *, what: str, setting: str) -> bool:
    """Tell whether an endpoint has a path, and say so."""
    for route in routes:
        if _answers_get(route, path):
            logger.warning("%s serves %s, so %s not there; move it with %s", route.name, path, what, setting)
            return True
    return False


def _with_health(
    routes: list[Route | WebSocketRoute], context: ApplicationContext, path: str
) -> list[Route | WebSocketRoute]:
    """Return routes and those that tell of the application's health; a path that an endpoint has is left to it."""
    added = [
        health
        for health in HealthRegistrar(path=path).collect_routes(context)
        if not _is_taken(health.path, routes, what="the application's health is", setting="health_path")
    ]
    return sorted([*routes, *added], key=_specificity)


def _answers_get(route: Route | WebSocketRoute, path: str) -> bool:
    return isinstance(route, ControllerRoute) and route.path == path and "GET" in (route.methods or ())


def _discover(context: BeanContext, sources: tuple[str | ModuleType | type, ...]) -> tuple[type, ...] | None:
    """Register what the sources hold; return the controllers where the context cannot tell them itself."""
    classes = tuple(source for source in sources if isinstance(source, type))
    modules = tuple(source for source in sources if not isinstance(source, type))
    if isinstance(context, ApplicationContext):
        for cls in classes:
            context.register(cls)
        if modules:
            context.scan(*modules)
        return None
    return (*classes, *StereotypeScanner().scan(*modules)) if sources else None


def _lifespan(context: BeanContext) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        if not isinstance(context, ApplicationContext):
            yield
            return
        sessions = context.get_bean(OpenSessions)
        async with context:
            try:
                yield
            finally:
                if not Draining.here().begun:  # then a server of pyfly has done so
                    await sessions.drain(DrainPlan())

    return lifespan


def _names(sources: tuple[str | ModuleType | type, ...]) -> str:
    return ", ".join(source if isinstance(source, str) else source.__name__ for source in sources)
