"""From a bean context to the controllers it holds, and to the bean that answers."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, final

from pyfly.container import Scope, Stereotype
from pyfly.context import ApplicationContext
from pyfly.metadata import DeclarationError, SourceLocation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from pyfly.container import BeanContext
    from pyfly.metadata import MetadataRegistry

__all__ = ["ControllerBean", "controllers_of"]

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


@final
class ControllerBean:
    """The bean of one controller: a singleton found once and kept, any other made for each scope.

    Args:
        context: Where the bean lives.
        controller: The controller's class.
        scope: The scope each request or connection opens.

    Attributes:
        singleton: The bean, once it is known to be one for all; None before that.
    """

    __slots__ = ("_context", "_controller", "_scope", "singleton")

    def __init__(self, context: BeanContext, controller: type, *, scope: Scope) -> None:
        self._context = context
        self._controller = controller
        self._scope = scope
        self.singleton: Any = None
        if isinstance(context, ApplicationContext):
            self._check_scope(context.scope_of(controller))

    def _check_scope(self, declared: Scope | None) -> None:
        if declared in (None, Scope.SINGLETON, Scope.TRANSIENT, self._scope):
            return
        raise DeclarationError(
            SourceLocation.of(self._controller),
            f"{self._controller.__name__} has scope {declared}, but one of its mappings opens a {self._scope} scope",
            f'make it scope="{self._scope}" or "singleton", or move the mapping to another controller',
        )

    @asynccontextmanager
    async def open(self, provided: Mapping[type, object]) -> AsyncIterator[Any]:
        """Give the bean for one request or connection, and end its scope afterwards.

        A container that is not pyfly's is asked each time and keeps its own rules; its ``get_bean`` may return an
        awaitable.

        Args:
            provided: What the scope's beans may have injected besides, by type.
        """
        context = self._context
        if not isinstance(context, ApplicationContext):
            bean: Any = context.get_bean(self._controller)
            yield await bean if inspect.isawaitable(bean) else bean
            return
        await context.ensure_started()
        if context.scope_of(self._controller) in (None, Scope.SINGLETON):
            self.singleton = await context.get_bean_async(self._controller)
            yield self.singleton
            return
        async with context.open_scope(self._scope, provided) as scope:
            yield await scope.get_bean_async(self._controller)
