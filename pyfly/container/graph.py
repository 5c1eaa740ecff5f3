"""All beans by the types they can be asked for, and what each is injected with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, final, get_origin

from pyfly.container.bean_types import describe_type
from pyfly.container.errors import AmbiguousBeanError, MissingBeanError
from pyfly.container.mends import missing_mend, unrelated_mend
from pyfly.container.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pyfly.container.definitions import BeanDefinition, InjectionPoint
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

    __slots__ = ("_by_name", "_by_type", "_definitions", "_registry", "_wires")

    def __init__(self, registry: MetadataRegistry) -> None:
        self._registry: Final = registry
        self._definitions: Final[list[BeanDefinition]] = []
        self._by_type: Final[dict[Any, list[BeanDefinition]]] = {}
        self._by_name: Final[dict[str, BeanDefinition]] = {}
        self._wires: dict[BeanDefinition, tuple[Wire, ...]] = {}

    @property
    def definitions(self) -> tuple[BeanDefinition, ...]:
        """All beans, in registration order."""
        return tuple(self._definitions)

    def add(self, definition: BeanDefinition) -> None:
        """Add a bean; whatever was wired is wired anew."""
        self._definitions.append(definition)
        self._by_name.setdefault(definition.name, definition)
        for provided in definition.provides:
            self._by_type.setdefault(provided, []).append(definition)
        self._wires = {}

    def exchange(self, definition: BeanDefinition, other: BeanDefinition) -> None:
        """Put another bean where one stands."""
        self._definitions[self._definitions.index(definition)] = other
        if self._by_name.get(definition.name) is definition:
            self._by_name[definition.name] = other
        for provided in definition.provides:
            beans = self._by_type[provided]
            if provided in other.provides:
                beans[beans.index(definition)] = other
            else:
                beans.remove(definition)
        for provided in other.provides:
            if provided not in definition.provides:
                self._by_type.setdefault(provided, []).append(other)
        self._wires = {}

    def holders(self, definition: BeanDefinition) -> list[BeanDefinition]:
        """Return the beans that are made of a bean, directly or through others."""
        holding: dict[BeanDefinition, list[BeanDefinition]] = {}
        for bean in self._definitions:
            for held in self.dependencies(bean):
                holding.setdefault(held, []).append(bean)
        return [bean for bean in Search([definition], lambda bean: holding.get(bean, ())) if bean is not definition]

    def named(self, name: str) -> BeanDefinition | None:
        """Return the first bean of a name."""
        return self._by_name.get(name)

    def candidates(self, wanted: Any) -> Sequence[BeanDefinition]:
        """Return the beans of a type, in registration order.

        A bean declared as a generic class without arguments fits each alias of that class which no other bean fits.
        """
        try:
            found = self._by_type.get(wanted, ())
        except TypeError:  # not hashable, so no type
            return ()
        origin = get_origin(wanted)
        if found or origin is None:
            return found
        return [definition for definition in self._by_type.get(origin, ()) if definition.type is origin]

    def find(self, wanted: Any) -> BeanDefinition:
        """Return the one bean of a type; of several, the primary one, else the one that is of exactly this type.

        Raises:
            MissingBeanError: There is none.
            AmbiguousBeanError: There are several, and neither rule tells them apart.
        """
        beans = self.candidates(wanted)
        if not beans:
            text = describe_type(wanted)
            raise MissingBeanError(None, f"no bean of type {text}", self.missing_mend(wanted))
        chosen = _chosen(wanted, beans)
        if len(chosen) > 1:
            raise AmbiguousBeanError(None, *ambiguity(wanted, chosen))
        return chosen[0]

    def wires(self, definition: BeanDefinition) -> tuple[Wire, ...]:
        """Return what a bean is injected with; parameters without a fitting bean have none."""
        known = self._wires
        if definition not in known:
            known[definition] = tuple(self._wire(definition, injection) for injection in definition.injections)
        return known[definition]

    def dependencies(self, definition: BeanDefinition) -> tuple[BeanDefinition, ...]:
        """Return the beans a bean is made of, its configuration first, each once."""
        owner = () if definition.owner is None else (definition.owner,)
        return tuple(dict.fromkeys([*owner, *(bean for wire in self.wires(definition) for bean in wire.beans)]))

    def closure(self, roots: Iterable[BeanDefinition]) -> Search[BeanDefinition]:
        """Return a search through some beans and all they need."""
        return Search(roots, self.dependencies)

    def _wire(self, definition: BeanDefinition, injection: InjectionPoint) -> Wire:
        fitting = self.candidates(injection.wanted)
        if injection.qualifier is not None:
            fitting = [bean for bean in fitting if bean.name == injection.qualifier]
        # A bean is not injected into itself, so that one may wrap, or gather, the others of its own interface.
        others = [bean for bean in fitting if bean is not definition]
        if injection.many:
            return Wire(injection, tuple(others))
        chosen = tuple(_chosen(injection.wanted, others or (fitting if injection.required else [])))
        return Wire(injection, (), chosen) if len(chosen) > 1 else Wire(injection, chosen)

    def missing_mend(self, wanted: Any, *, injected: bool = False) -> str:
        """Return how to put right that no bean of a type is there.

        Args:
            wanted: The type.
            injected: Whether a parameter is to be filled.
        """
        return missing_mend(wanted, self._by_type, self._registry, injected=injected)

    def unrelated_mend(self, wanted: Any) -> str:
        """Return how beans that only have the members of a Protocol become beans of it; nothing for none."""
        return unrelated_mend(wanted, self._by_type)


def ambiguity(wanted: Any, beans: Sequence[BeanDefinition], path: str = "") -> tuple[str, str]:
    """Return what is wrong, and the mend, where one of several beans would have to be chosen."""
    text = describe_type(wanted)
    listed = ", ".join(f'"{bean.name}" at {bean.source}' if bean.source else f'"{bean.name}"' for bean in beans)
    if all(bean.primary for bean in beans):
        return f"{len(beans)} primary beans of type {text}: {listed}{path}", "leave one of them primary"
    mend = f'mark one with @primary, or choose: Annotated[{text}, Qualifier("{beans[0].name}")]'
    return f"{len(beans)} beans of type {text}: {listed}{path}", mend


def _chosen(wanted: Any, beans: Sequence[BeanDefinition]) -> Sequence[BeanDefinition]:
    """Return the primary beans, and of several, or of several others, the one that is of exactly the wanted type."""
    preferred = [bean for bean in beans if bean.primary] or beans
    # A class that derives from another bean's class does not stand in its way.
    exact = [bean for bean in preferred if bean.type is wanted]
    return exact if len(exact) == 1 else preferred
