"""Random bean graphs, compared with an oracle that knows the rules and nothing of the container's ways."""

import asyncio
import itertools
import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from hypothesis import event, given, settings
from hypothesis import strategies as st

from pyfly.container import (
    AmbiguousBeanError,
    AsyncBeanError,
    CaptiveBeanError,
    CircularBeanError,
    Container,
    MissingBeanError,
    Qualifier,
    Scope,
    post_construct,
    service,
)
from pyfly.metadata import DeclarationError, DeclarationErrors, MetadataRegistry

DEFAULT = object()
EXAMPLES = settings(max_examples=150)
Form = Literal["one", "optional", "list", "default"]


class Even: ...


class Odd: ...


class Nobody: ...


INTERFACES = (Even, Odd, Nobody)


@dataclass(frozen=True)
class Parameter:
    """A constructor parameter: of bean number ``wanted``, or of an interface after the last bean's number."""

    wanted: int
    form: Form
    qualifier: int | None


@dataclass(frozen=True)
class Bean:
    interface: int
    scope: Scope
    primary: bool
    asynchronous: bool
    parameters: tuple[Parameter, ...]


@st.composite
def parameter(draw: st.DrawFn, count: int, below: int) -> Parameter:
    wanted = draw(st.sampled_from([*range(below), *range(count, count + len(INTERFACES))]))
    qualifiers: list[int | None] = [None, None, None, wanted if wanted < count else None]
    qualifier = draw(st.sampled_from(qualifiers) | st.integers(0, count - 1)) if draw(st.booleans()) else None
    return Parameter(wanted, draw(st.sampled_from(["one", "one", "optional", "list", "default"])), qualifier)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Bean, ...]:
    count = draw(st.integers(1, 8))
    acyclic = draw(st.booleans())
    beans: list[Bean] = []
    for number in range(count):
        below = number if acyclic else count
        parameters = [draw(parameter(count, below)) for _ in range(draw(st.sampled_from([1, 2, 3, 0])))]
        beans.append(
            Bean(
                interface=draw(st.integers(0, 1)),
                scope=draw(st.sampled_from([Scope.SINGLETON, *Scope])),
                primary=draw(st.booleans()),
                asynchronous=draw(st.sampled_from([False, False, False, True])),
                parameters=tuple(parameters),
            )
        )
    return tuple(beans)


class Oracle:
    """The rules, each written down as plainly as it can be."""

    def __init__(self, beans: tuple[Bean, ...]) -> None:
        self.beans = beans
        self.all = range(len(beans))
        self.missing = set[tuple[int, int]]()
        self.ambiguous = set[tuple[int, int]]()
        self.wiring: list[list[list[int]]] = [
            [self.choose(number, place) for place in range(len(beans[number].parameters))] for number in self.all
        ]
        self.edges = {number: set(itertools.chain(*self.wiring[number])) for number in self.all}

    def choose(self, number: int, place: int) -> list[int]:
        parameter = self.beans[number].parameters[place]
        required = parameter.form == "one"
        found = [other for other in self.all if self.fits(other, parameter)]
        others = [other for other in found if other != number]
        if parameter.form != "list" and not others and required:
            others = found
        named = [other for other in self.all if self.fits(other, replace(parameter, qualifier=None))]
        if named and parameter.qualifier is not None and parameter.qualifier not in named:
            self.missing.add((number, place))
        if parameter.form == "list":
            return others
        if any(self.beans[other].primary for other in others):
            others = [other for other in others if self.beans[other].primary]
        if not others and required:
            self.missing.add((number, place))
        if len(others) > 1:
            self.ambiguous.add((number, place))
            return []
        return others

    def fits(self, number: int, parameter: Parameter) -> bool:
        if parameter.qualifier is not None and parameter.qualifier != number:
            return False
        if parameter.wanted < len(self.beans):
            return number == parameter.wanted
        return self.beans[number].interface == parameter.wanted - len(self.beans)

    def reachable(self, number: int) -> set[int]:
        found = set(self.edges[number])
        while True:
            more = found.union(*(self.edges[other] for other in found))
            if more == found:
                return found
            found = more

    def circular(self) -> set[int]:
        return {number for number in self.all if number in self.reachable(number)}

    def held(self, number: int, through: tuple[int, ...] = ()) -> set[int]:
        """Return the session and request beans a bean gets hold of, itself or through transient ones."""
        found = set[int]()
        for other in self.edges[number]:
            scope = self.beans[other].scope
            if scope in (Scope.SESSION, Scope.REQUEST):
                found.add(other)
            elif scope is Scope.TRANSIENT and other not in through:
                found |= self.held(other, (*through, other))
        return found

    def captives(self) -> set[tuple[int, int]]:
        return {
            (number, other)
            for number in self.all
            for other in self.held(number) - {number}
            if self.beans[number].scope is not Scope.TRANSIENT
            and self.beans[other].scope is not self.beans[number].scope
        }

    def torn(self) -> set[int]:
        return {
            number
            for number in self.all
            if self.beans[number].scope is Scope.TRANSIENT
            and len({self.beans[other].scope for other in self.held(number)}) == 2
        }

    def needs_awaiting(self, number: int) -> bool:
        return any(self.beans[other].asynchronous for other in {number, *self.reachable(number)})


def mended(beans: tuple[Bean, ...]) -> tuple[Bean, ...]:
    """Take parameters away until the oracle finds nothing wrong any more."""
    while True:
        oracle = Oracle(beans)
        faulty = oracle.missing | oracle.ambiguous
        stripped = oracle.circular() | {number for number, _ in oracle.captives()} | oracle.torn()
        if not (faulty or stripped):
            return beans
        beans = tuple(
            replace(
                bean,
                parameters=()
                if number in stripped
                else tuple(p for place, p in enumerate(bean.parameters) if (number, place) not in faulty),
            )
            for number, bean in enumerate(beans)
        )


def make_classes(beans: tuple[Bean, ...], registry: MetadataRegistry) -> list[type[Any]]:
    async def start(self: object) -> None:
        await asyncio.sleep(0)

    start.__qualname__ = "C.start"
    post_construct(registry=registry)(start)
    classes: list[type[Any]] = []
    for number, bean in enumerate(beans):
        names = [f"p{place}" for place in range(len(bean.parameters))]
        given = [
            f"{name}=DEFAULT" if p.form == "default" else name for name, p in zip(names, bean.parameters, strict=True)
        ]
        stars = ["*"] if names else []
        text = f"def __init__({', '.join(['self', *stars, *given])}): self.given = [{', '.join(names)}]"
        namespace: dict[str, Any] = {"DEFAULT": DEFAULT}
        exec(text, namespace)
        constructor = namespace["__init__"]
        constructor.__qualname__ = f"C{number}.__init__"
        members = {"__init__": constructor, **({"start": start} if bean.asynchronous else {})}
        classes.append(type(f"C{number}", (INTERFACES[bean.interface],), members))
    targets = (*classes, *INTERFACES)
    for cls, bean in zip(classes, beans, strict=True):
        cls.__init__.__annotations__ = {
            f"p{place}": annotation(targets[parameter.wanted], parameter)
            for place, parameter in enumerate(bean.parameters)
        }
    return classes


def annotation(wanted: Any, parameter: Parameter) -> Any:
    hint = {"one": wanted, "optional": wanted | None, "list": list[wanted], "default": wanted}[parameter.form]
    return hint if parameter.qualifier is None else Annotated[hint, Qualifier(f"c{parameter.qualifier}")]


def make_container(beans: tuple[Bean, ...]) -> tuple[Container, list[type[Any]]]:
    registry = MetadataRegistry()
    container = Container(registry)
    classes = make_classes(beans, registry)
    for cls, bean in zip(classes, beans, strict=True):
        container.register(service(scope=bean.scope, primary=bean.primary, registry=registry)(cls))
    return container, classes


def faults_of(container: Container) -> tuple[DeclarationError, ...]:
    try:
        container.check()
    except DeclarationErrors as errors:
        return errors.faults
    return ()


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\bC(\d+)", text)]


@EXAMPLES
@given(graphs())
def test_check_finds_exactly_the_faults_of_the_oracle(beans: tuple[Bean, ...]) -> None:
    oracle = Oracle(beans)
    container, _ = make_container(beans)
    faults = faults_of(container)
    event(f"{len(faults)} faults")

    parameters: dict[type[DeclarationError], set[tuple[int, int]]] = {
        MissingBeanError: set(),
        AmbiguousBeanError: set(),
    }
    on_circles, captives, torn = set[int](), set[tuple[int, int]](), set[int]()
    for fault in faults:
        if isinstance(fault, CircularBeanError):
            circle = numbers(fault.problem)
            assert circle[0] == circle[-1]
            assert all(after in oracle.edges[before] for before, after in itertools.pairwise(circle))
            on_circles.update(circle)
        elif isinstance(fault, CaptiveBeanError):
            holder, *rest = numbers(fault.problem)
            if fault.problem.startswith("transient"):
                torn.add(holder)
            else:
                captives.add((holder, rest[0]))
                way = rest[1:]
                assert (way[0], way[-1]) == (holder, rest[0])
                assert all(after in oracle.edges[before] for before, after in itertools.pairwise(way))
        else:
            place = re.match(r"C(\d+)\.__init__\(p(\d+)\)", fault.problem)
            assert place is not None
            parameters[type(fault)].add((int(place[1]), int(place[2])))

    assert parameters == {MissingBeanError: oracle.missing, AmbiguousBeanError: oracle.ambiguous}
    assert on_circles == oracle.circular()
    assert captives == oracle.captives()
    assert torn == oracle.torn()


@EXAMPLES
@given(graphs())
def test_late_resolution_refuses_exactly_what_is_faulty_below_the_bean(beans: tuple[Bean, ...]) -> None:
    oracle = Oracle(beans)
    faulty = {number for number, _ in oracle.missing | oracle.ambiguous}
    faulty |= oracle.circular() | {number for number, _ in oracle.captives()} | oracle.torn()
    container, classes = make_container(beans)

    async def ask(number: int) -> None:
        scope = next(iter({beans[other].scope for other in oracle.held(number)}), beans[number].scope)
        async with container.open_scope(Scope.REQUEST if scope is Scope.REQUEST else Scope.SESSION) as opened:
            await opened.get_bean_async(classes[number])

    async def ask_all() -> set[int]:
        refused = set[int]()
        for number in oracle.all:
            try:
                await ask(number)
            except DeclarationErrors:
                refused.add(number)
        return refused

    assert asyncio.run(ask_all()) == {
        number for number in oracle.all if not faulty.isdisjoint({number, *oracle.reachable(number)})
    }


@EXAMPLES
@given(graphs().map(mended))
def test_sound_graphs_are_wired_as_the_oracle_says(beans: tuple[Bean, ...]) -> None:
    oracle = Oracle(beans)
    container, classes = make_container(beans)
    container.check()
    event(f"{sum(len(edges) for edges in oracle.edges.values())} dependencies")

    async def look() -> None:
        seen: dict[tuple[int, str], object] = {}
        fresh: list[object] = []

        def compare(number: int, found: Any, where: str) -> None:
            """Compare a bean with what is known of it, and what it was given with the oracle's wiring."""
            assert type(found) is classes[number]
            scope = beans[number].scope
            if scope is Scope.TRANSIENT:
                assert all(found is not other for other in fresh)
                fresh.append(found)
            else:
                key = (number, "" if scope is Scope.SINGLETON else where)
                if key in seen:
                    assert seen[key] is found
                    return
                seen[key] = found
            for parameter, chosen, value in zip(
                beans[number].parameters, oracle.wiring[number], found.given, strict=True
            ):
                if parameter.form == "list":
                    assert len(value) == len(chosen)
                    for other, member in zip(chosen, value, strict=True):
                        compare(other, member, where)
                elif chosen:
                    compare(chosen[0], value, where)
                else:
                    assert value is (DEFAULT if parameter.form == "default" else None)

        for scope, turn in itertools.product((Scope.SESSION, Scope.REQUEST), range(2)):
            async with container.open_scope(scope) as opened:
                for number in oracle.all:
                    needed = {beans[other].scope for other in oracle.held(number)} | {beans[number].scope}
                    if needed & {Scope.SESSION, Scope.REQUEST} <= {scope}:
                        compare(number, await opened.get_bean_async(classes[number]), f"{scope} {turn}")
        places = {(number, where): found for (number, where), found in seen.items() if where}
        assert len({id(found) for found in seen.values()}) == len(seen)
        assert all(where.split()[0] == beans[number].scope for number, where in places)
        await container.close()

    asyncio.run(look())


@EXAMPLES
@given(graphs().map(mended))
def test_sync_requests_are_refused_exactly_where_something_has_to_be_awaited(beans: tuple[Bean, ...]) -> None:
    oracle = Oracle(beans)
    container, classes = make_container(beans)
    container.check()
    for number in oracle.all:
        if beans[number].scope is not Scope.SINGLETON:
            continue
        try:
            container.get_bean(classes[number])
            refused = False
        except AsyncBeanError:
            refused = True
        assert refused is oracle.needs_awaiting(number)
