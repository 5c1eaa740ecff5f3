# Generated from pyfly/container/resolution.py; edit that, then run: python -m tools.stubs
"""Makes beans: finds what is asked for, injects, calls hooks, and keeps what is shared."""

from collections.abc import Mapping
from typing import Any, final

from pyfly.container.definitions import BeanDefinition
from pyfly.container.graph import BeanGraph
from pyfly.container.hooks import HooksByClass
from pyfly.container.revision import Revision
from pyfly.container.scopes import Scope
from pyfly.container.store import BeanStore

__all__ = ["Resolver"]

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

    found: dict[Any, BeanDefinition]
    def __init__(self, graph: BeanGraph, hooks: HooksByClass, revision: Revision) -> None: ...
    def forget(self) -> None:
        """Look everything up anew, since a bean was added."""
    def find(self, cls: Any) -> BeanDefinition:
        """Return the bean of a type, which can be made as far as declarations tell.

        Raises:
            MissingBeanError: There is none.
            AmbiguousBeanError: There are several.
            DeclarationErrors: Something that it needs is wrong.
        """
    def check(self, definition: BeanDefinition) -> None:
        """Check that a bean can be made as far as declarations tell.

        Raises:
            DeclarationErrors: Something that it needs is wrong.
        """
    def get(self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore]) -> Any:
        """Return a bean, blocking while another thread makes it.

        Raises:
            AsyncBeanError: It, or something that it needs and that is not there yet, is created asynchronously.
        """
    async def get_async(self, definition: BeanDefinition, stores: Mapping[Scope, BeanStore]) -> Any:
        """Return a bean, awaiting its creation."""
