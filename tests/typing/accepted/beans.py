"""Beans, their declarations and how they are asked for."""

from typing import Generic, TypeVar, assert_type

from pyfly.container import (
    BeanContext,
    BeanScope,
    Container,
    Scope,
    ScopedBeanContext,
    bean,
    configuration,
    post_construct,
    primary,
    rest_controller,
    service,
)

T = TypeVar("T")


class Repository(Generic[T]): ...


@service
class Bare:
    def __init__(self, limit: int) -> None:
        self.limit = limit

    @post_construct
    async def start(self) -> None: ...


@primary
@rest_controller(name="called", scope="session", primary=True)
class Called:
    room = "lobby"


@configuration
class Config:
    @bean
    def bare(self, limit: int) -> Bare:
        return Bare(limit)

    @bean(scope=Scope.REQUEST)
    async def called(self) -> Called:
        return Called()

    @staticmethod
    @bean(name="limit")
    def static(start: int = 1) -> int:
        return start


async def decorated_classes_and_methods_keep_their_types(bare: Bare, config: Config) -> None:
    assert_type(Bare(3), Bare)
    assert_type(Called().room, str)
    assert_type(await bare.start(), None)
    assert_type(config.bare(limit=3), Bare)
    assert_type(await config.called(), Called)
    assert_type(Config.static(start=2), int)


async def beans_are_of_the_type_asked_for(container: Container, context: BeanContext) -> None:
    assert_type(container.get_bean(Bare), Bare)
    assert_type(await container.get_bean_async(Called), Called)
    assert_type(container.get_bean(Repository[Bare]), Repository[Bare])
    assert_type(context.get_bean(Bare), Bare)
    async with container.open_scope(Scope.SESSION, provided={Bare: Bare(3)}) as scope:
        assert_type(scope, BeanScope)
        assert_type(await scope.get_bean_async(Called), Called)


async def container_fits_the_ports(container: Container) -> None:
    context: ScopedBeanContext = container
    assert_type(context.scope_of(Bare), Scope | None)
    async with context.open_scope(Scope.SESSION) as scope:
        assert_type(scope.get_bean(Bare), Bare)
