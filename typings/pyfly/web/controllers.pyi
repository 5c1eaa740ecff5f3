# Generated from pyfly/web/controllers.py; edit that, then run: python -m tools.stubs
"""From a bean context to the controllers it holds, their routes, and the bean that answers."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, final

from pyfly.container import BeanContext, Scope
from pyfly.container.revision import Revision
from pyfly.metadata import MetadataRegistry
from pyfly.web.descriptors import MethodMapping
from pyfly.web.endpoints import Endpoint

__all__ = ["ControllerBean", "build_routes", "controllers_of", "registry_of"]

AnyMapping = TypeVar("AnyMapping", bound=MethodMapping)
AnyRoute = TypeVar("AnyRoute")

def controllers_of(context: BeanContext, registry: MetadataRegistry) -> tuple[type, ...]:
    """Return the controller classes a context serves.

    An `ApplicationContext` knows them; for any other container they are all the classes the registry knows as
    controllers.
    """

def registry_of(context: BeanContext, registry: MetadataRegistry | None) -> MetadataRegistry:
    """Return the registry given, else the context's own, else the process-wide one."""

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

    revision: Revision
    def __init__(self, context: BeanContext, controller: type, *, scope: Scope) -> None: ...
    @property
    def singleton(self) -> Any:
        """The bean where it is one for all and made already, else None: then `open` gives it."""
    @property
    def is_shared(self) -> bool:
        """Whether the bean is one for all, as far as pyfly's container knows."""
    @asynccontextmanager
    def open(self, provided: Mapping[type, object]) -> AsyncGenerator[Any]:
        """Give the bean for one request or connection, and end its scope afterwards.

        A container that is not pyfly's is asked each time and keeps its own rules; its ``get_bean`` may return an
        awaitable.

        Args:
            provided: What the scope's beans may have injected besides, by type.
        """
