# Generated from pyfly/container/ports.py; edit that, then run: python -m tools.stubs
"""What other rooms, and applications with a container of their own, know of a container."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, runtime_checkable

from pyfly.container.scopes import Scope

__all__ = ["AsyncBeanContext", "BeanContext", "ScopedBeanContext"]

T = TypeVar("T")

@runtime_checkable
class BeanContext(Protocol):
    """Anything beans can be asked of: a foreign container fits with this one method."""
    def get_bean(self, cls: type[T], /) -> T:
        """Return the bean of a type.

        Args:
            cls: A class, a Protocol or abstract base, or a generic alias such as ``Repository[User]``.
        """

@runtime_checkable
class AsyncBeanContext(BeanContext, Protocol):
    """A bean context whose beans may need to be awaited."""
    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation where it is asynchronous.

        Cancelling the caller leaves the creation of a shared bean running for everybody else.
        """

@runtime_checkable
class ScopedBeanContext(AsyncBeanContext, Protocol):
    """A bean context with beans that live as long as a session or a request."""
    def scope_of(self, cls: type, /) -> Scope | None:
        """Return the scope of the bean that `get_bean` answers with, or None when there is not exactly one."""
    def open_scope(
        self, scope: Scope, /, *, provided: Mapping[type[Any], object] | None = None
    ) -> AbstractAsyncContextManager[AsyncBeanContext]:
        """Return an async context manager of a place where beans of a scope are created, and destroyed at its end.

        Args:
            scope: ``Scope.SESSION`` or ``Scope.REQUEST``.
            provided: Objects handed in by the type they are asked for.
        """
