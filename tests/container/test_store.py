from typing import Any

import pytest

from pyfly.container import BeanCreationError, Scope
from pyfly.container.definitions import BeanDefinition
from pyfly.container.store import BeanStore


def define(name: str) -> BeanDefinition:
    return BeanDefinition(
        name=name,
        type=object,
        provides=(),
        kind="component",
        scope=Scope.SINGLETON,
        primary=False,
        source=None,
        origin=object,
    )


def test_second_asker_joins_the_creation() -> None:
    store, definition = BeanStore("the container"), define("pool")
    first, begins = store.creation_of(definition, asynchronous=True)
    second, begins_again = store.creation_of(definition, asynchronous=False)
    assert (begins, begins_again) == (True, False)
    assert second is first
    assert store.is_awaited(definition)


def test_asker_who_comes_late_finds_the_bean() -> None:
    store, definition = BeanStore("the container"), define("pool")
    creation, _ = store.creation_of(definition, asynchronous=False)
    bean = object()
    store.keep(creation, bean, [])
    late, begins = store.creation_of(definition, asynchronous=False)
    assert not begins
    assert late.wait() is creation.wait() is bean
    assert not store.is_awaited(definition)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_interrupted_creation_is_an_ordinary_error_for_those_who_wait(error: BaseException) -> None:
    store, definition = BeanStore("the container"), define("pool")
    creation, _ = store.creation_of(definition, asynchronous=False)
    store.give_up(creation, error)
    with pytest.raises(BeanCreationError) as caught:
        creation.wait()
    assert str(caught.value) == f"the creation of pool (object) was stopped by {type(error).__name__}"
    assert caught.value.__cause__ is error
    again: Any
    again, begins = store.creation_of(definition, asynchronous=False)
    assert begins
    assert again is not creation
