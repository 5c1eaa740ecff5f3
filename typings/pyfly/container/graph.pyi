# Generated from pyfly/container/graph.py; edit that, then run: python -m tools.stubs
"""All beans by the types they can be asked for, and what each is injected with."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, final

from pyfly.container.definitions import BeanDefinition, InjectionPoint
from pyfly.container.search import Search
from pyfly.metadata import MetadataRegistry

__all__ = ["BeanGraph", "Wire", "ambiguity"]

@final
class Wire(NamedTuple):
    """One parameter and what it is filled with.

    Attributes:
        injection: The parameter.
        beans: The bean, or all beans of a list; none leaves the parameter to its default.
        rivals: Beans of which one would have to be chosen.
    """

    injection: InjectionPoint
    beans: tuple[BeanDefinition, ...]
    rivals: tuple[BeanDefinition, ...] = ()

@final
class BeanGraph:
    """Bean definitions by every type they can be asked for, in registration order.

    Args:
        registry: What decorators recorded, also of classes that are no beans here.
    """
    def __init__(self, registry: MetadataRegistry) -> None: ...
    @property
    def definitions(self) -> tuple[BeanDefinition, ...]:
        """All beans, in registration order."""
    def add(self, definition: BeanDefinition) -> None:
        """Add a bean; whatever was wired is wired anew."""
    def exchange(self, definition: BeanDefinition, other: BeanDefinition) -> None:
        """Put another bean where one stands."""
    def holders(self, definition: BeanDefinition) -> list[BeanDefinition]:
        """Return the beans that are made of a bean, directly or through others."""
    def named(self, name: str) -> BeanDefinition | None:
        """Return the first bean of a name."""
    def candidates(self, wanted: Any) -> Sequence[BeanDefinition]:
        """Return the beans of a type, in registration order.

        A bean declared as a generic class without arguments fits each alias of that class which no other bean fits.
        """
    def find(self, wanted: Any) -> BeanDefinition:
        """Return the one bean of a type; of several, the primary one, else the one that is of exactly this type.

        Raises:
            MissingBeanError: There is none.
            AmbiguousBeanError: There are several, and neither rule tells them apart.
        """
    def wires(self, definition: BeanDefinition) -> tuple[Wire, ...]:
        """Return what a bean is injected with; parameters without a fitting bean have none."""
    def dependencies(self, definition: BeanDefinition) -> tuple[BeanDefinition, ...]:
        """Return the beans a bean is made of, its configuration first, each once."""
    def closure(self, roots: Iterable[BeanDefinition]) -> Search[BeanDefinition]:
        """Return a search through some beans and all they need."""
    def missing_mend(self, wanted: Any, *, injected: bool = False) -> str:
        """Return how to put right that no bean of a type is there.

        Args:
            wanted: The type.
            injected: Whether a parameter is to be filled.
        """
    def unrelated_mend(self, wanted: Any) -> str:
        """Return how beans that only have the members of a Protocol become beans of it; nothing for none."""

def ambiguity(wanted: Any, beans: Sequence[BeanDefinition], path: str = "") -> tuple[str, str]:
    """Return what is wrong, and the mend, where one of several beans would have to be chosen."""
