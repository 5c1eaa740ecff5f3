"""Finds everything in a graph of beans that can never work."""

from __future__ import annotations

from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final, final

from pyfly.container.bean_types import describe_type
from pyfly.container.errors import (
    AmbiguousBeanError,
    BeanDeclarationError,
    CaptiveBeanError,
    CircularBeanError,
    MissingBeanError,
)
from pyfly.container.graph import ambiguity
from pyfly.container.scopes import OPENED_SCOPES, Scope
from pyfly.container.search import Search
from pyfly.metadata import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyfly.container.definitions import BeanDefinition, InjectionPoint
    from pyfly.container.graph import BeanGraph
    from pyfly.metadata import DeclarationError

__all__ = ["GraphCheck"]


@final
class GraphCheck:
    """One look at some beans of a graph and all they need.

    Args:
        graph: The beans.
        roots: Where to begin; all beans by default.
    """

    __slots__ = ("_beans", "_graph", "_search")

    def __init__(self, graph: BeanGraph, roots: Sequence[BeanDefinition] | None = None) -> None:
        self._graph: Final = graph
        self._search: Final = graph.closure(_outermost(graph) if roots is None else roots)
        met = set(self._search)
        self._beans: Final = [definition for definition in graph.definitions if definition in met]

    def faults(self) -> list[DeclarationError]:
        """Return what is wrong with each bean, then circles, then beans that hold what does not live as long."""
        own = [fault for definition in self._beans for fault in self._own_faults(definition)]
        return [*own, *self._circles(), *self._captives()]

    def doubts(self) -> list[DeclarationError]:
        """Return what starts and is probably not meant: parameters left out beside a bean that would nearly do."""
        return [
            MissingBeanError(
                wire.injection.source,
                f"{wire.injection.place}: no bean of type {describe_type(wire.injection.wanted)}, "
                f"so it {'is None' if wire.injection.default is None else 'keeps its default'}",
                mend,
            )
            for definition in self._beans
            for wire in self._graph.wires(definition)
            if not (wire.beans or wire.rivals or wire.injection.required or wire.injection.many)
            and (mend := self._graph.unrelated_mend(wire.injection.wanted))
        ]

    def _own_faults(self, definition: BeanDefinition) -> Iterator[DeclarationError]:
        yield from definition.faults
        namesake = self._graph.named(definition.name)
        if namesake is not definition:
            yield BeanDeclarationError(
                definition.source,
                f'two beans are named "{definition.name}": {namesake} and {definition}',
                "the module was loaded twice; make a new container after a reload"
                if definition.source and str(definition) == str(namesake)
                else 'give one another name, as in name="..."',
            )
        for wire in self._graph.wires(definition):
            injection = wire.injection
            if wire.rivals:
                problem, mend = ambiguity(injection.wanted, wire.rivals, self._path_to(definition, injection))
                yield AmbiguousBeanError(injection.source, f"{injection.place}: {problem}", mend)
            elif not wire.beans and (injection.required or self._is_misspelt(injection)):
                yield self._missing(injection, self._path_to(definition, injection))

    def _path_to(self, definition: BeanDefinition, injection: InjectionPoint) -> str:
        return f" ({_drawn(self._search.way_to(definition))} -> {describe_type(injection.wanted)})"

    def _is_misspelt(self, injection: InjectionPoint) -> bool:
        """Whether a name was chosen that none of the type's beans has."""
        names = [bean.name for bean in self._graph.candidates(injection.wanted)]
        return injection.qualifier is not None and bool(names) and injection.qualifier not in names

    def _missing(self, injection: InjectionPoint, path: str) -> MissingBeanError:
        text = describe_type(injection.wanted)
        names = [bean.name for bean in self._graph.candidates(injection.wanted)]
        if injection.qualifier is None or not names:
            problem = f"{injection.place}: no bean of type {text}{path}"
            return MissingBeanError(
                injection.source, problem, self._graph.missing_mend(injection.wanted, injected=True)
            )
        return MissingBeanError(
            injection.source,
            f'{injection.place}: no bean of type {text} is named "{injection.qualifier}"{path}',
            did_you_mean(injection.qualifier, names, otherwise=f"there are {', '.join(names)}"),
        )

    def _circles(self) -> Iterator[CircularBeanError]:
        """Yield a shortest circle for each bean that is on one and was not drawn yet."""
        drawn: set[BeanDefinition] = set()
        for definition in self._entangled():
            if definition in drawn:
                continue
            search = self._graph.closure(self._graph.dependencies(definition))
            if definition not in search:
                continue
            circle = [definition, *search.way_to(definition)]
            drawn.update(circle)
            yield CircularBeanError(
                definition.source,
                f"circular beans: {_drawn(circle)}",
                "move what they share to a bean of its own, or ask a BeanContext for one of them when it is used",
            )

    def _entangled(self) -> list[BeanDefinition]:
        """Return the beans on circles and their holders: what is left without all that need nothing more."""
        sorter = TopologicalSorter({bean: self._graph.dependencies(bean) for bean in self._beans})
        with suppress(CycleError):
            sorter.prepare()
        free: set[BeanDefinition] = set()
        while ready := sorter.get_ready():
            free.update(ready)
            sorter.done(*ready)
        return [definition for definition in self._beans if definition not in free]

    def _captives(self) -> Iterator[CaptiveBeanError]:
        for holder in self._beans:
            held = self._held(holder)
            if holder.scope is not Scope.TRANSIENT:
                for way in held:
                    if way[-1].scope is not holder.scope:
                        yield _captive(holder, way)
            elif len({way[-1].scope for way in held}) > 1:
                yield _torn(holder, held)

    def _held(self, holder: BeanDefinition) -> list[list[BeanDefinition]]:
        """Return the ways to all session and request beans that a bean holds itself, or through transient beans."""

        def passed_on(bean: BeanDefinition) -> tuple[BeanDefinition, ...]:
            return self._graph.dependencies(bean) if bean is holder or bean.scope is Scope.TRANSIENT else ()

        search = Search([holder], passed_on)
        return [search.way_to(bean) for bean in search if bean.scope in OPENED_SCOPES and bean is not holder]


def _captive(holder: BeanDefinition, way: Sequence[BeanDefinition]) -> CaptiveBeanError:
    held = way[-1]
    return CaptiveBeanError(
        holder.source,
        f"{holder.scope} bean {holder.label} would hold {held.scope} bean {held.label} ({_drawn(way)})",
        f"give {holder.label} the {held.scope} scope, or ask for {held.label} where it is used",
    )


def _torn(holder: BeanDefinition, held: Sequence[Sequence[BeanDefinition]]) -> CaptiveBeanError:
    ways = {way[-1].scope: f"a {way[-1].scope} bean ({_drawn(way)})" for way in reversed(held)}
    return CaptiveBeanError(
        holder.source,
        f"transient bean {holder.label} would hold {' and '.join(ways[scope] for scope in sorted(ways))}",
        "a session and a request are never open together: take one of the two out",
    )


def _outermost(graph: BeanGraph) -> list[BeanDefinition]:
    """Return the beans that paths are drawn from: what nothing else needs, as controllers, and what only circles do."""
    needed = {bean for definition in graph.definitions for bean in graph.dependencies(definition)}
    free = [definition for definition in graph.definitions if definition not in needed]
    met = set(graph.closure(free))
    return [*free, *(definition for definition in graph.definitions if definition not in met)]


def _drawn(way: Sequence[BeanDefinition]) -> str:
    return " -> ".join(bean.label for bean in way)
