"""Makes beans: finds what is asked for, injects, calls hooks, and keeps what is shared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

from pyfly.container.assembly import assemble
from pyfly.container.bean_types import describe_type
from pyfly.container.checks import GraphCheck
from pyfly.container.creation import Creation
from pyfly.container.errors import AsyncBeanError, ScopeError
from pyfly.container.scopes import Scope
from pyfly.container.search import Search
from pyfly.errors import confined
from pyfly.metadata import DeclarationErrors

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from pyfly.container.definitions import BeanDefinition
    from pyfly.container.graph import BeanGraph
    from pyfly.container.hooks import HooksByClass
    from pyfly.container.revision import Revision
    from pyfly.container.store import BeanStore, Cleanup

__all__ = ["Resolver"]

T = TypeVar("T")

_ABSENT: Final = object()


@final
class Resolver:
    """Makes the beans of a graph in the stores of the scopes that are open where they are asked for.

    Args:
        graph: The beans.
        hooks: What is called when one is made or given up.
        revision: Told whenever everything is looked up anew.

    Attributes:
        found: The beans that were asked for, by the type they were asked for by.
    """

    __slots__ = ("_checked", "_graph", "_hooks", "_may_await", "_revision", "found")

    def __init__(self, graph: BeanGraph, hooks: HooksByClass, revision: Revision) -> None:
        self._graph: Final = graph
        self._hooks: Final = hooks
        self._revision: Final = revision
        self.forget()

    def forget(self) -> None:
        """Look everything up anew, since a bean was added."""
        self.found: dict[Any, BeanDefinition] = {}
        self._checked: set[BeanDefinition] = set()
        self._may_await: dict[BeanDefinition, bool] = {}
        self._revision.advance()

    def find(self, cls: Any) -> BeanDefinition:
        """Return the bean of a type, which can be made as far as declarations tell.

        Raises:
            MissingBeanError: There is none.
            AmbiguousBeanError: There are several.
            DeclarationErrors: Something that it needs is wrong.
        """
        found = self.found
        definition = found.get(cls)
        if definition is None:
            definition = self._graph.find(cls)
            self.check(definition)
            found[cls] = definition
        return definition

    def check(self, definition: BeanDefinition) -> None:
        """Check that a bean can be made as far as declarations tell.

        Raises:
            DeclarationErrors: Something that it needs is wrong.
        """
        checked = self._checked
        if definition not in checked:
            if faults := GraphCheck(self._graph, [definition]).faults():
                raise DeclarationErrors(faults)
            checked.update(self._graph.closure([definition]))

    def get(self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore]) -> Any:
        """Return a bean, blocking while another thread makes it.

        Raises:
            AsyncBeanError: It, or something that it needs and that is not there yet, is created asynchronously.
        """
        if way := self._way_to_awaited(definition, stores):
            raise AsyncBeanError(_needs_awaiting(way))
        return _carried_out(self._obtain(definition, stores, asynchronous=False))

    async def get_async(self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore]) -> Any:
        """Return a bean, awaiting its creation."""
        return await self._obtain(definition, stores, asynchronous=True)

    async def _obtain(
        self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore], *, asynchronous: bool
    ) -> Any:
        """Return a bean that is there, being made, or to be made.

        Not ``asynchronous``, it never suspends: it blocks the thread instead, so that one text serves both ways.
        """
        if definition.scope is Scope.TRANSIENT:
            return await self._make_transient(definition, stores, asynchronous=asynchronous)
        store = _store_of(definition, stores)
        bean = store.beans.get(definition, _ABSENT)
        if bean is not _ABSENT:
            return bean
        _factory_of(definition)
        by_task = asynchronous and self._way_to_awaited(definition, stores) is not None
        creation, mine = store.creation_of(definition, asynchronous=by_task)
        try:
            with creation.awaited():
                if mine and by_task:
                    self._start(creation, store, stores)
                elif mine:
                    await self._make(creation, store, stores, asynchronous=False)
                if asynchronous and not creation.done:
                    return await creation.wait_async()
                return creation.wait()
        except BaseException as error:
            if mine and not (creation.done or creation.task):
                store.give_up(creation, error)
            raise

    def _start(self, creation: Creation, store: BeanStore, stores: Mapping[Scope, BeanStore]) -> None:
        """Make a bean in a task of its own: whoever asked first may be cancelled, and the others still get the bean."""

        def end(task: asyncio.Task[None]) -> None:
            error = asyncio.CancelledError() if task.cancelled() else task.exception()
            if error is not None:
                store.give_up(creation, error)

        async def make() -> None:
            making = self._make(creation, store, stores, asynchronous=True)
            await confined(making, source=f"the creation of bean {creation.definition.name}")

        creation.task = asyncio.create_task(make(), name=f"create bean {creation.definition.name}")
        creation.task.add_done_callback(end)

    async def _make(
        self, creation: Creation, store: BeanStore, stores: Mapping[Scope, BeanStore], *, asynchronous: bool
    ) -> None:
        with creation.entered():
            bean, cleanups = await self._build(creation.definition, stores, asynchronous=asynchronous)
        store.keep(creation, bean, cleanups)

    async def _make_transient(
        self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore], *, asynchronous: bool
    ) -> Any:
        creation = Creation(definition, asynchronous=asynchronous)
        creation.refuse_recursion()
        with creation.awaited():
            try:
                with creation.entered():
                    bean, _ = await self._build(definition, stores, asynchronous=asynchronous)
            except BaseException as error:
                definition.note_on(error)
                raise
            finally:
                creation.succeed(None)
        return bean

    async def _build(
        self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore], *, asynchronous: bool
    ) -> tuple[Any, list[Cleanup]]:
        """Return a new bean, injected and with its hooks called, and the steps that give it up again."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        if definition.owner is not None:
            positional.append(await self._obtain(definition.owner, stores, asynchronous=asynchronous))
        for wire in self._graph.wires(definition):
            injection = wire.injection
            beans = [await self._obtain(bean, stores, asynchronous=asynchronous) for bean in wire.beans]
            value: Any = beans if injection.many else next(iter(beans), injection.default)
            if not beans and injection.has_default:
                value = injection.default
            if injection.positional:
                positional.append(value)
            else:
                named[injection.parameter] = value
        return await assemble(definition, _factory_of(definition), positional, named, self._hooks)

    def _way_to_awaited(
        self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore]
    ) -> list[BeanDefinition] | None:
        """Return the way to a bean that is needed, not there yet and created asynchronously, if there is one."""
        may_await = self._may_await
        if definition not in may_await:
            may_await[definition] = any(bean.asynchronous for bean in self._graph.closure([definition]))
        if not may_await[definition]:
            return None

        def is_there(bean: BeanDefinition) -> bool:
            return bean.scope in stores and bean in stores[bean.scope].beans

        search = Search([definition], lambda bean: () if is_there(bean) else self._graph.dependencies(bean))
        for bean in search:
            awaited = bean.asynchronous or (bean.scope in stores and stores[bean.scope].is_awaited(bean))
            if awaited and not is_there(bean):
                return search.way_to(bean)
        return None


def _store_of(definition: BeanDefinition, stores: Mapping[Scope, BeanStore]) -> BeanStore:
    store = stores.get(definition.scope)
    if store is None:
        raise ScopeError(
            f"{definition} lives in a {definition.scope}, and none is open here; "
            f"ask in: async with container.open_scope(Scope.{definition.scope.name}) as scope"
        )
    return store


def _factory_of(definition: BeanDefinition) -> Callable[..., Any]:
    if definition.factory is None:
        raise ScopeError(
            f"{definition.label} is handed in when a {definition.scope} scope opens, and was not; "
            f"open the scope with provided={{{describe_type(definition.type)}: ...}}"
        )
    return definition.factory


def _needs_awaiting(way: list[BeanDefinition]) -> str:
    asked, awaited = way[0], way[-1]
    drawn = f" ({' -> '.join(bean.label for bean in way)})" if len(way) > 1 else ""
    return (
        f"{asked.label} cannot be created synchronously: {awaited} is created asynchronously{drawn}; "
        f"use await get_bean_async({describe_type(asked.type)})"
    )


def _carried_out(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that never suspends."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration is not generic
    raise AssertionError("suspended in a thread that cannot wait")  # pragma: no cover
