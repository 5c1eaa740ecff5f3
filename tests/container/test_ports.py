from typing import TypeVar

from pyfly.container import AsyncBeanContext, BeanContext, Container, Scope, ScopedBeanContext

T = TypeVar("T")


class Foreign:
    """A container of somebody else's, with nothing but ``get_bean``."""

    def get_bean(self, cls: type[T], /) -> T:
        return cls()


def test_any_object_with_get_bean_is_a_bean_context() -> None:
    context: BeanContext = Foreign()
    assert isinstance(context, BeanContext)
    assert not isinstance(context, AsyncBeanContext)


def test_container_is_a_scoped_bean_context(container: Container) -> None:
    context: ScopedBeanContext = container
    assert isinstance(context, ScopedBeanContext)


async def test_open_scope_is_an_async_bean_context(container: Container) -> None:
    async with container.open_scope(Scope.SESSION) as scope:
        context: AsyncBeanContext = scope
        assert isinstance(context, AsyncBeanContext)
