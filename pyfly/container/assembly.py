"""Calls a bean's factory and hooks, and says how the bean is given up again."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from pyfly.container.bean_types import describe_type
from pyfly.container.errors import BeanCreationError
from pyfly.container.store import Cleanup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pyfly.container.definitions import BeanDefinition
    from pyfly.container.hooks import HooksByClass

__all__ = ["assemble"]


async def assemble(
    definition: BeanDefinition,
    factory: Callable[..., Any],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    hooks_by_class: HooksByClass,
) -> tuple[Any, list[Cleanup]]:
    """Make a bean whose dependencies are there; suspends only when the definition is asynchronous.

    Returns:
        The bean, and the steps that give it up, to be taken from the last to the first.

    Raises:
        BeanCreationError: The factory made no bean, or a hook turned out to be asynchronous.
    """
    bean, leave = await _made(definition, factory, positional, named)
    cleanups = [] if leave is None else [Cleanup(definition, "cleanup", partial(leave, None, None, None))]
    if definition.kind == "instance":
        return bean, cleanups
    hooks = hooks_by_class[type(bean)]
    try:
        if bean is None:
            raise BeanCreationError(
                f"the factory of {definition} gave None where a {describe_type(definition.type)} is due"
            )
        for name in hooks.post_construct:
            await _call_post_construct(definition, bean, name)
    except BaseException as error:
        if leave is not None:
            left = leave(type(error), error, error.__traceback__)
            if inspect.isawaitable(left):
                await left
        raise
    cleanups += [
        Cleanup(definition, f"pre_destroy {name}", getattr(bean, name)) for name in reversed(hooks.pre_destroy)
    ]
    return bean, cleanups


async def _made(
    definition: BeanDefinition, factory: Callable[..., Any], positional: Sequence[Any], named: Mapping[str, Any]
) -> tuple[Any, Callable[..., Any] | None]:
    """Return what a factory makes, and what leaves the context it was made in, where there is one."""
    match definition.style:
        case "plain":
            return factory(*positional, **named), None
        case "coroutine":
            return await factory(*positional, **named), None
        case "generator":
            context = contextmanager(factory)(*positional, **named)
            return context.__enter__(), context.__exit__
        case "async_generator":
            async_context = asynccontextmanager(factory)(*positional, **named)
            return await async_context.__aenter__(), async_context.__aexit__


async def _call_post_construct(definition: BeanDefinition, bean: Any, name: str) -> None:
    result = getattr(bean, name)()
    if not inspect.isawaitable(result):
        return
    if not definition.asynchronous:
        # Known too late: beans are told apart, before they are made, by what their declared type says.
        if inspect.iscoroutine(result):
            result.close()
        made = describe_type(type(bean))
        raise BeanCreationError(
            f"post_construct {made}.{name} of {definition} has to be awaited, which its declared type does not tell; "
            f"declare the factory's return type as {made}, or make {name} an async def method"
        )
    await result
