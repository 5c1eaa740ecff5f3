# Generated from pyfly/container/bean_scope.py; edit that, then run: python -m tools.stubs
"""A session or a request: beans that are made in it, and given up at its end."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self, TypeVar, final

from pyfly.container.definitions import BeanDefinition
from pyfly.container.resolution import Resolver
from pyfly.container.scopes import Scope
from pyfly.container.store import BeanStore

__all__ = ["BeanScope"]

T = TypeVar("T")

@final
class BeanScope:
    """An open session or request scope, as `Container.open_scope` returns it; enter it with ``async with``.

    At its end its beans are given up, the last one made first, whether the block ends by itself, by an error, or
    cancelled: what each ``pre_destroy`` awaits is finished before the cancellation goes on. It is entered once.
    """
    def __init__(
        self, scope: Scope, resolver: Resolver, singletons: BeanStore, provided: Mapping[BeanDefinition, object]
    ) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def get_bean(self, cls: type[T], /) -> T:
        """Return the bean of a type: of this scope, a singleton, or a new transient one.

        Args:
            cls: A class, a Protocol or abstract base, or a generic alias.

        Raises:
            DeclarationError: There is no such bean, or more than one.
            DeclarationErrors: Something that the bean needs is wrong.
            AsyncBeanError: The bean, or one that it needs, is not there yet and is created asynchronously.
            ScopeError: The bean lives in another scope.
            ContainerClosedError: The scope has ended.
        """
    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation where it is asynchronous.

        Cancelling the caller leaves the creation of a shared bean running for everybody else.

        Raises:
            DeclarationError: There is no such bean, or more than one.
            DeclarationErrors: Something that the bean needs is wrong.
            ScopeError: The bean lives in another scope.
            ContainerClosedError: The scope has ended.
        """
