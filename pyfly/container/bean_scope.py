"""A session or a request: beans that are made in it, and given up at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, final

from pyfly.container.errors import ScopeError
from pyfly.container.scopes import Scope
from pyfly.container.store import BeanStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from pyfly.container.definitions import BeanDefinition
    from pyfly.container.resolution import Resolver

__all__ = ["BeanScope"]

T = TypeVar("T")


@final
class BeanScope:
    """An open session or request scope, as `Container.open_scope` returns it; enter it with ``async with``.

    At its end its beans are given up, the last one made first, whether the block ends by itself, by an error, or
    cancelled: what each ``pre_destroy`` awaits is finished before the cancellation goes on. It is entered once.
    """

    __slots__ = ("_entered", "_resolver", "_store", "_stores")

    def __init__(
        self, scope: Scope, resolver: Resolver, singletons: BeanStore, provided: Mapping[BeanDefinition, object]
    ) -> None:
        self._resolver: Final = resolver
        self._store: Final = BeanStore(f"the {scope} scope", provided)
        self._stores: Final = {Scope.SINGLETON: singletons, scope: self._store}
        self._entered = False

    async def __aenter__(self) -> Self:
        if self._entered:
            raise ScopeError(f"{self._store.name} is entered a second time; open a new one")
        self._entered = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._store.close(reopen=False)

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
        bean: T = self._resolver.get(self._resolver.find(cls), self._stores)
        return bean

    async def get_bean_async(self, cls: type[T], /) -> T:
        """Return the bean of a type, awaiting its creation where it is asynchronous.

        Cancelling the caller leaves the creation of a shared bean running for everybody else.

        Raises:
            DeclarationError: There is no such bean, or more than one.
            DeclarationErrors: Something that the bean needs is wrong.
            ScopeError: The bean lives in another scope.
            ContainerClosedError: The scope has ended.
        """
        bean: T = await self._resolver.get_async(self._resolver.find(cls), self._stores)
        return bean
