"""Beans asked for by name."""

import asyncio

import pytest

from pyfly.container import Container, MissingBeanError, Scope, ScopeError, post_construct
from pyfly.metadata import DeclarationErrors


async def test_beans_of_one_class_are_told_apart_by_name() -> None:
    class Engine:
        @post_construct
        async def warm_up(self) -> None:
            await asyncio.sleep(0)

    container = Container()
    container.register(Engine, name="main")
    container.register(Engine, name="replica")
    main, replica = await container.get_named_async("main"), await container.get_named_async("replica")
    assert isinstance(main, Engine)
    assert main is not replica
    assert await container.get_named_async("main") is main


async def test_unknown_name_is_refused_with_the_nearest_one() -> None:
    class Engine: ...

    container = Container()
    container.register(Engine)
    with pytest.raises(MissingBeanError) as caught:
        await container.get_named_async("engin")
    assert str(caught.value) == 'no bean is named "engin"; did you mean "engine"?'
    with pytest.raises(MissingBeanError) as caught:
        await container.get_named_async("boat")
    assert str(caught.value) == 'no bean is named "boat"'


async def test_what_the_bean_needs_is_checked() -> None:
    class Missing: ...

    class Engine:
        def __init__(self, missing: Missing) -> None: ...

    container = Container()
    container.register(Engine)
    with pytest.raises(DeclarationErrors, match="no bean of type Missing"):
        await container.get_named_async("engine")


async def test_bean_of_a_scope_is_not_had_from_the_container() -> None:
    class Basket: ...

    container = Container()
    container.register(Basket, scope=Scope.SESSION)
    with pytest.raises(ScopeError):
        await container.get_named_async("basket")
