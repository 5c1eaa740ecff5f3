"""From a bean context to the controllers it holds, their routes, and the bean that answers."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast, final

from pyfly.container import Scope, Stereotype
from pyfly.container.revision import Revision
from pyfly.context import ApplicationContext
from pyfly.metadata import DeclarationError, DeclarationErrors, default_registry, gathering
from pyfly.web.descriptors import MethodMapping
from pyfly.web.endpoints import gather_endpoints

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence

    from pyfly.container import BeanContext, Container
    from pyfly.metadata import MetadataRegistry
    from pyfly.web.endpoints import Endpoint

__all__ = ["ControllerBean", "build_routes", "controllers_of", "registry_of"]

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)
AnyRoute = TypeVar("AnyRoute")

_CONTROLLER_KINDS = frozenset({"controller", "rest_controller"})


def controllers_of(context: BeanContext, registry: MetadataRegistry) -> tuple[type, ...]:
    """Return the controller classes a context serves.

    An `ApplicationContext` knows them; for any other container they are all the classes the registry knows as
    controllers.
    """
    if isinstance(context, ApplicationContext):
        return context.controllers()
    return tuple(
        declaration.target
        for declaration in registry.declarations(Stereotype)
        if declaration.descriptor.kind in _CONTROLLER_KINDS
    )


def registry_of(context: BeanContext, registry: MetadataRegistry | None) -> MetadataRegistry:
    """Return the registry given, else the context's own, else the process-wide one."""
    if registry is not None:
        return registry
    return context.registry if isinstance(context, ApplicationContext) else default_registry


def build_routes(
    context: BeanContext,
    kind: type[AnyMapping],
    make_route: Callable[[Endpoint[AnyMapping], ControllerBean], AnyRoute],
    *,
    scope: Scope,
    registry: MetadataRegistry | None,
    controllers: Iterable[type] | None,
    endpoints: Sequence[Endpoint[AnyMapping]] | None = None,
) -> list[AnyRoute]:
    """Make a route of every endpoint of one kind, the most specific path first.

    Args:
        context: Where the controllers' beans live; none is made here.
        kind: The mapping descriptor to look for.
        make_route: Makes the route of an endpoint that its controller's bean answers.
        scope: The scope each request or connection opens.
        registry: Where the decorators recorded; the context's own by default.
        controllers: The controllers to look at; by default all that the context serves.
        endpoints: Their endpoints, the most specific path first, where they have been gathered already.

    Raises:
        DeclarationErrors: Endpoints that can never work; each error names its place.
    """
    faults: list[DeclarationError] = []
    if endpoints is None:
        registry = registry_of(context, registry)
        classes = controllers_of(context, registry) if controllers is None else tuple(controllers)
        endpoints = gather_endpoints(classes, kind, registry, faults)
    beans: dict[type, ControllerBean] = {}
    routes: list[AnyRoute] = []
    for endpoint in endpoints:
        with gathering(faults):
            _check_scope(endpoint, context, scope)
            if endpoint.controller not in beans:
                beans[endpoint.controller] = ControllerBean(context, endpoint.controller, scope=scope)
            routes.append(make_route(endpoint, beans[endpoint.controller]))
    if faults:
        raise DeclarationErrors(faults)
    return routes


@final
class ControllerBean:
    """The bean of one controller: a singleton for all, or one for each scope.

    Args:
        context: Where the bean lives.
        controller: The controller's class.
        scope: The scope each request or connection opens.

    Attributes:
        revision: Changes whenever `singleton`, where it was not None, may be another.
    """

    __slots__ = ("_container", "_context", "_controller", "_scope", "revision")

    def __init__(self, context: BeanContext, controller: type, *, scope: Scope) -> None:
        self._context = context
        self._controller = controller
        self._scope = scope
        self._container: Container | None = None
        self.revision: Revision = Revision()
        if isinstance(context, ApplicationContext):
            self._container = context.container
            self.revision = context.container.revision

    @property
    def singleton(self) -> Any:
        """The bean where it is one for all and made already, else None: then `open` gives it."""
        container: Any = self._container
        return None if container is None else container.ready_bean(self._controller)

    @property
    def is_shared(self) -> bool:
        """Whether the bean is one for all, as far as pyfly's container knows."""
        context = self._context
        return isinstance(context, ApplicationContext) and self._is_singleton(context)

    def _is_singleton(self, context: ApplicationContext) -> bool:
        return context.scope_of(self._controller) in (None, Scope.SINGLETON)

    @asynccontextmanager
    async def open(self, provided: Mapping[type, object]) -> AsyncGenerator[Any]:
        """Give the bean for one request or connection, and end its scope afterwards.

        A container that is not pyfly's is asked each time and keeps its own rules; its ``get_bean`` may return an
        awaitable.

        Args:
            provided: What the scope's beans may have injected besides, by type.
        """
        context = self._context
        if not isinstance(context, ApplicationContext):
            bean = cast("Any", context).get_bean(self._controller)
            yield await bean if inspect.isawaitable(bean) else bean
            return
        await context.ensure_started()
        if self._is_singleton(context):
            yield await context.get_bean_async(self._controller)
            return
        async with context.open_scope(self._scope, provided=provided) as scope:
            yield await scope.get_bean_async(self._controller)


def _check_scope(endpoint: Endpoint[AnyMapping], context: BeanContext, opened: Scope) -> None:
    """Check that the scope which a mapping opens is the one that its controller's beans live in."""
    declared = context.scope_of(endpoint.controller) if isinstance(context, ApplicationContext) else None
    if declared in (None, Scope.SINGLETON, Scope.TRANSIENT, opened):
        return
    raise DeclarationError(
        endpoint.source,
        f"the {endpoint.mapping.kind} mapping {endpoint.qualified_name} opens a {opened} scope, "
        f"but {endpoint.controller.__name__} has scope {declared}",
        f'make it scope="{opened}" or "singleton", or move the mapping to another controller',
        "pyfly-bean",
    )
