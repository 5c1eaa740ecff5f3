"""Finds everything in a graph of beans that can never work."""

from __future__ import annotations

import difflib
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

    __slots__ = ("_beans", "_graph", "_met")

    def __init__(self, graph: BeanGraph, roots: Sequence[BeanDefinition] | None = None) -> None:
        self._graph: Final = graph
        self._met: Final = _met(graph, roots)
        self._beans: Final = [definition for definition in graph.definitions if definition in self._met]

    def faults(self) -> list[DeclarationError]:
        """Return what is wrong with each bean, then circles, then beans that hold what does not live as long."""
        own = [fault for definition in self._beans for fault in self._own_faults(definition)]
        return [*own, *self._circles(), *self._captives()]

    def _own_faults(self, definition: BeanDefinition) -> Iterator[DeclarationError]:
        yield from definition.faults
        namesake = self._graph.named(definition.name)
        if namesake is not definition:
            yield BeanDeclarationError(
                definition.source,
                f'two beans are named "{definition.name}": {namesake} and {definition}',
                'give one another name, as in name="..."',
            )
        for wire in self._graph.wires(definition):
            injection = wire.injection
            if wire.rivals:
                problem, mend = ambiguity(injection.wanted, wire.rivals, self._path_to(definition, injection))
                yield AmbiguousBeanError(injection.source, f"{injection.place}: {problem}", mend)
            elif not wire.beans and (injection.required or self._is_misspelt(injection)):
                yield self._missing(injection, self._path_to(definition, injection))

    def _path_to(self, definition: BeanDefinition, injection: InjectionPoint) -> str:
        return f" ({_drawn(_way_to(definition, self._met))} -> {describe_type(injection.wanted)})"

    def _is_misspelt(self, injection: InjectionPoint) -> bool:
        """Whether a name was chosen that none of the type's beans has."""
        names = [bean.name for bean in self._graph.candidates(injection.wanted)]
        return injection.qualifier is not None and bool(names) and injection.qualifier not in names

    def _missing(self, injection: InjectionPoint, path: str) -> MissingBeanError:
        text = describe_type(injection.wanted)
        names = [bean.name for bean in self._graph.candidates(injection.wanted)]
        if injection.qualifier is None or not names:
            problem = f"{injection.place}: no bean of type {text}{path}"
            return MissingBeanError(injection.source, problem, self._graph.missing_mend(injection.wanted))
        near = difflib.get_close_matches(injection.qualifier, names, n=1)
        return MissingBeanError(
            injection.source,
            f'{injection.place}: no bean of type {text} is named "{injection.qualifier}"{path}',
            f'did you mean "{near[0]}"?' if near else f"there are {', '.join(names)}",
        )

    def _circles(self) -> Iterator[CircularBeanError]:
        """Yield a shortest circle for each bean that is on one and was not drawn yet."""
        drawn: set[BeanDefinition] = set()
        for definition in self._entangled():
            if definition in drawn:
                continue
            met = self._graph.closure(self._graph.dependencies(definition))
            if definition not in met:
                continue
            circle = [definition, *_way_to(definition, met)]
            drawn.update(circle)
            yield CircularBeanError(
                definition.source,
                f"circular beans: {_drawn(circle)}",
                "move what they share to a bean of its own, or ask a BeanContext for one of them when it is used",
            )

    def _entangled(self) -> list[BeanDefinition]:
        """Return the beans on circles and their holders: what is left without all that need nothing more."""
        needs = {definition: set(self._graph.dependencies(definition)) for definition in self._beans}
        holders: dict[BeanDefinition, list[BeanDefinition]] = {}
        for definition, dependencies in needs.items():
            for dependency in dependencies:
                holders.setdefault(dependency, []).append(definition)
        free = [definition for definition, dependencies in needs.items() if not dependencies]
        for definition in free:
            for holder in holders.get(definition, ()):
                needs[holder].discard(definition)
                if not needs[holder]:
                    free.append(holder)
        gone = set(free)
        return [definition for definition in self._beans if definition not in gone]

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
        ways = {holder: [holder]}
        for definition in (waiting := [holder]):
            for dependency in self._graph.dependencies(definition):
                if dependency not in ways:
                    ways[dependency] = [*ways[definition], dependency]
                    if dependency.scope is Scope.TRANSIENT:
                        waiting.append(dependency)
        return [way for bean, way in ways.items() if bean.scope in OPENED_SCOPES and bean is not holder]


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


def _met(graph: BeanGraph, roots: Sequence[BeanDefinition] | None) -> Mapping[BeanDefinition, BeanDefinition | None]:
    """Return the beans to look at, each with the one it was met through."""
    if roots is not None:
        return graph.closure(roots)
    needed = {bean for definition in graph.definitions for bean in graph.dependencies(definition)}
    # Paths are drawn from beans that nothing else needs, as controllers.
    met = graph.closure([definition for definition in graph.definitions if definition not in needed])
    return {**dict.fromkeys(graph.definitions), **met}


def _way_to(definition: BeanDefinition, met: Mapping[BeanDefinition, BeanDefinition | None]) -> list[BeanDefinition]:
    way = [definition]
    while (step := met[way[-1]]) is not None:
        way.append(step)
    return way[::-1]


def _drawn(way: Sequence[BeanDefinition]) -> str:
    return " -> ".join(bean.label for bean in way)
