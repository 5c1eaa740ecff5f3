"""Puts an object in the place of a bean for a while: for tests."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyfly.container.bean_types import describe_type
from pyfly.container.errors import BeanDeclarationError
from pyfly.container.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pyfly.container.definitions import BeanDefinition
    from pyfly.container.graph import BeanGraph
    from pyfly.container.store import BeanStore

__all__ = ["overridden"]


@contextmanager
def overridden(
    graph: BeanGraph, singletons: BeanStore, forget: Callable[[], None], wanted: Any, instance: object
) -> Generator[None]:
    """Let an object stand in for a bean, under its name and for all its types, until the block ends.

    Singletons that hold the bean, directly or through others, are set aside and made anew at their next use. At the end
    they are put back, and those made meanwhile are given up with the store.

    Args:
        graph: The beans.
        singletons: Those that are there.
        forget: Called when the graph has changed.
        wanted: The type that the bean is asked for by.
        instance: What stands in for it.

    Raises:
        MissingBeanError: There is no such bean.
        AmbiguousBeanError: There are several.
        BeanDeclarationError: The bean cannot be stood in for, or one that holds it is being made at the moment.
    """
    original = graph.find(wanted)
    _check(graph, original)
    holders = graph.holders(original)
    stand_in = replace(
        original,
        provides=tuple(dict.fromkeys([*original.provides, wanted])),
        kind="instance",
        scope=Scope.SINGLETON,
        origin=instance,
        factory=lambda: instance,
        style="plain",
        asynchronous=False,
        owner=None,
        injections=(),
        faults=(),
    )
    aside = singletons.set_aside(holders)
    graph.exchange(original, stand_in)
    forget()
    try:
        yield
    finally:
        graph.exchange(stand_in, original)
        forget()
        singletons.put_back(aside, instead_of=[stand_in, *holders])


def _check(graph: BeanGraph, original: BeanDefinition) -> None:
    text = describe_type(original.type)
    if original.kind == "provided":
        raise BeanDeclarationError(
            None,
            f"{original.label} cannot be replaced: it is handed in when a {original.scope} scope opens",
            "replace a bean that uses it",
        )
    if made := [bean.label for bean in graph.definitions if bean.owner is original]:
        raise BeanDeclarationError(
            None,
            f"{text} cannot be replaced: it is a configuration that makes {', '.join(made)}",
            "replace the beans that it makes",
        )
