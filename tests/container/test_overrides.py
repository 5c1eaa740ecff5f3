"""Objects stand in for beans while a block lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Generic, TypeVar

import pytest

from pyfly.container import (
    BeanDeclarationError,
    Container,
    MissingBeanError,
    Qualifier,
    Scope,
    post_construct,
    pre_destroy,
)
from pyfly.metadata import MetadataRegistry

T = TypeVar("T")


class Store:
    name = "store"


class Other(Store):
    name = "other"


class Cache:
    def __init__(self, store: Store) -> None:
        self.store = store


class Page:
    def __init__(self, cache: Cache) -> None:
        self.cache = cache


class Apart: ...


def container_of(*classes: type, **options: Any) -> Container:
    container = Container(MetadataRegistry())
    for cls in classes:
        container.register(cls, **options)
    return container


def test_object_stands_in_by_type_and_name() -> None:
    container = container_of(Store, Cache)
    fake = object()
    with container.overridden(Store, fake):
        assert container.get_bean(Store) is fake
        assert container.get_bean(Cache).store is fake
        assert asyncio.run(container.get_named_async("store")) is fake
        assert [(bean.name, bean.kind) for bean in container.definitions] == [
            ("store", "instance"),
            ("cache", "component"),
        ]
    assert type(container.get_bean(Store)) is Store
    assert [bean.kind for bean in container.definitions] == ["component", "component"]


def test_only_what_holds_the_bean_is_made_anew_and_comes_back() -> None:
    container = container_of(Store, Cache, Page, Apart)
    page, apart, store = container.get_bean(Page), container.get_bean(Apart), container.get_bean(Store)
    with container.overridden(Store, Other()):
        assert container.get_bean(Page).cache.store.name == "other"
        assert container.get_bean(Page) is not page
        assert container.get_bean(Apart) is apart
    assert container.get_bean(Page) is page
    assert container.get_bean(Store) is store


def test_blocks_nest() -> None:
    container = container_of(Store, Cache)
    first, second = Other(), Other()
    with container.overridden(Store, first):
        outer = container.get_bean(Cache)
        with container.overridden(Store, second):
            assert container.get_bean(Cache).store is second
        assert container.get_bean(Cache) is outer
        assert outer.store is first


def test_bean_is_replaced_for_a_type_that_it_only_fits() -> None:
    container = container_of(Other)
    fake = Store()
    with container.overridden(Store, fake):
        assert container.get_bean(Store) is fake
        assert container.get_bean(Other) is fake


def test_generic_beans_are_replaced_for_each_alias() -> None:
    class Repository(Generic[T]): ...

    container = container_of(Repository)
    fake: Any = object()
    with container.overridden(Repository[int], fake):
        assert container.get_bean(Repository[int]) is fake
    assert container.get_bean(Repository[int]) is not fake


def test_lists_and_qualifiers_see_the_object() -> None:
    class Gathering:
        def __init__(self, stores: list[Store], other: Annotated[Store, Qualifier("other")]) -> None:
            self.stores = stores
            self.other = other

    container = container_of(Store, Other, Gathering)
    fake = Other()
    with container.overridden(Other, fake):
        gathering = container.get_bean(Gathering)
        assert gathering.stores == [container.get_bean(Store), fake]
        assert gathering.other is fake


@pytest.mark.parametrize("scope", ["transient", "session", "request"])
async def test_beans_of_every_scope_are_replaced(scope: Any) -> None:
    container = container_of(Store, scope=scope)
    container.register(Cache, scope=scope)
    fake = Other()
    with container.overridden(Store, fake):
        if scope == "transient":
            assert container.get_bean(Cache).store is fake
        else:
            async with container.open_scope(scope) as opened:
                assert opened.get_bean(Cache).store is fake
    if scope == "transient":
        assert container.get_bean(Cache).store is not fake


async def test_asynchronous_bean_is_replaced_by_what_is_there() -> None:
    async def store() -> AsyncIterator[Store]:
        pytest.fail("it is not needed")
        yield Store()  # type: ignore[unreachable]  # it makes this a generator

    container = container_of(Cache)
    container.register_factory(store)
    with container.overridden(Store, Other()):
        assert container.get_bean(Cache).store.name == "other"


async def test_beans_made_meanwhile_are_given_up_with_the_container() -> None:
    steps: list[str] = []

    class Held:
        def __init__(self, store: Store) -> None:
            self.name = store.name

        @post_construct
        def start(self) -> None:
            steps.append(f"start {self.name}")

        @pre_destroy
        async def stop(self) -> None:
            steps.append(f"stop {self.name}")

    container = container_of(Store, Held)
    container.get_bean(Held)
    with container.overridden(Store, Other()):
        container.get_bean(Held)
    assert steps == ["start store", "start other"]
    await container.close()
    assert steps == ["start store", "start other", "stop other", "stop store"]


async def test_beans_that_were_given_up_meanwhile_do_not_come_back() -> None:
    container = container_of(Store, Cache)
    cache = container.get_bean(Cache)
    with container.overridden(Store, Other()):
        await container.close()
        assert container.get_bean(Cache).store.name == "other"
    assert container.get_bean(Cache) is not cache
    assert container.get_bean(Cache).store.name == "store"


async def test_bean_that_is_being_made_keeps_what_it_holds_from_being_replaced() -> None:
    async def cache(store: Store) -> Cache:
        await proceed.wait()
        return Cache(store)

    proceed = asyncio.Event()
    container = container_of(Store)
    container.register_factory(cache)
    making = asyncio.create_task(container.get_bean_async(Cache))
    await asyncio.sleep(0)
    with pytest.raises(BeanDeclarationError) as refused, container.overridden(Store, Other()):
        raise AssertionError
    assert str(refused.value) == "Cache is being made, with what is to be replaced; replace it before or after"
    proceed.set()
    assert (await making).store.name == "store"
    with container.overridden(Store, Other()):
        assert (await container.get_bean_async(Cache)).store.name == "other"


def test_what_is_handed_in_is_not_replaced() -> None:
    container = container_of()
    container.register_provided(Store, Scope.SESSION)
    with pytest.raises(BeanDeclarationError) as refused, container.overridden(Store, Other()):
        raise AssertionError
    assert str(refused.value) == (
        "Store cannot be replaced: it is handed in when a session scope opens; replace a bean that uses it"
    )


def test_missing_bean_is_told() -> None:
    with pytest.raises(MissingBeanError, match="no bean of type Store"), container_of().overridden(Store, Other()):
        raise AssertionError


def test_generator_beans_are_not_entered() -> None:
    def store() -> Iterator[Store]:
        pytest.fail("it is not needed")
        yield Store()  # type: ignore[unreachable]  # it makes this a generator

    container = container_of()
    container.register_factory(store)
    with container.overridden(Store, Other()):
        assert container.get_bean(Store).name == "other"


def test_who_keeps_beans_is_told_whenever_they_may_be_others() -> None:
    container = container_of(Store, Cache)
    seen = [container.revision.number]

    def has_changed() -> bool:
        seen.append(container.revision.number)
        return seen[-1] != seen[-2]

    container.get_bean(Cache)
    assert container.ready_bean(Cache) is not None
    assert not has_changed()
    with container.overridden(Store, object()):
        assert has_changed()
        container.get_bean(Cache)
        assert not has_changed()
    assert has_changed()
    container.register(Apart)
    assert has_changed()
    asyncio.run(container.close())
    assert has_changed()
