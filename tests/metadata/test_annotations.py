"""Annotations evaluated at run time, and explained when they cannot be."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

import pytest

from pyfly.metadata import (
    DeclarationErrors,
    SourceLocation,
    UnresolvedAnnotationError,
    resolve_annotations,
)
from pyfly.web import QueryParam

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForCheckers

    from nowhere import Missing  # type: ignore[import-not-found]  # stands for a module that is not there

    from pyfly.metadata import DeclarationError


class Node:
    Alias = dict[str, int]

    def method(self, other: Node, alias: Alias, marked: Annotated[int, "mark"], plain=None) -> list[Node]:  # type: ignore[no-untyped-def]  # one parameter has no annotation on purpose
        return [other]

    def unresolved(self, amount: OnlyForCheckers, missing: list[Missing]) -> None: ...


def test_names_of_module_and_class_are_resolved() -> None:
    assert resolve_annotations(Node.method, owner=Node) == {
        "other": Node,
        "alias": dict[str, int],
        "marked": Annotated[int, "mark"],
        "return": list[Node],
    }


def test_a_method_does_not_stand_in_for_a_builtin_of_its_name() -> None:
    class Shop:
        def list(self) -> None: ...

        def names(self, given: list[str]) -> None: ...  # type: ignore[valid-type]  # a checker takes the method

    assert resolve_annotations(Shop.names, owner=Shop)["given"] == list[str]


def test_wrappers_are_looked_through() -> None:
    @functools.wraps(Node.method)
    def wrapper(*args: Any) -> Any: ...

    assert resolve_annotations(wrapper, owner=Node)["other"] is Node


def test_local_names_are_resolved_through_the_closure() -> None:
    class Local: ...

    def function(value: Local, nested: list[Local]) -> type[Local]:
        return Local

    assert resolve_annotations(function) == {"value": Local, "nested": list[Local], "return": type[Local]}


def test_none_is_kept() -> None:
    def function() -> None: ...

    assert resolve_annotations(function) == {"return": None}


def test_strings_inside_an_evaluated_annotation_are_resolved() -> None:
    def function(value: Any) -> None: ...

    function.__annotations__ = {"value": list["int"], "other": dict["str", "Node"]}
    assert resolve_annotations(function) == {"value": list[int], "other": dict[str, Node]}


def test_texts_that_are_no_references_are_kept() -> None:
    def function(mode: Any, label: Any, call: Any) -> None: ...

    function.__annotations__ = {
        "mode": Literal["int"],
        "label": Annotated[str, "Node"],
        "node": Annotated["Node", "int"],
        "call": Callable[["Node", int], list["int"]],
        "plain": Callable[[int], str],
    }
    assert resolve_annotations(function) == {
        "mode": Literal["int"],
        "label": Annotated[str, "Node"],
        "node": Annotated[Node, "int"],
        "call": Callable[[Node, int], list[int]],
        "plain": Callable[[int], str],
    }


def test_unresolvable_names_are_all_told_with_their_mend() -> None:
    with pytest.raises(DeclarationErrors) as caught:
        resolve_annotations(Node.unresolved, owner=Node)
    line = Node.unresolved.__code__.co_firstlineno
    assert [str(fault) for fault in caught.value.faults] == [
        f'{__file__}:{line}: Node.unresolved(amount): cannot resolve "OnlyForCheckers": OnlyForCheckers is not defined '
        "at run time; import it outside 'if TYPE_CHECKING:' or define it at module level",
        f'{__file__}:{line}: Node.unresolved(missing): cannot resolve "list[Missing]": Missing is not defined '
        "at run time; import it outside 'if TYPE_CHECKING:' or define it at module level",
    ]
    assert all(isinstance(fault, UnresolvedAnnotationError) for fault in caught.value.faults)


MARKED: Any = QueryParam


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        (MARKED["Missing"], '"Missing": Missing is'),
        (MARKED[list["Missing"]], '"Missing": Missing is'),
        (
            Callable[["Missing", "int"], "dict[str, OnlyForCheckers]"],
            '"Missing", "dict[str, OnlyForCheckers]": Missing, OnlyForCheckers are',
        ),
    ],
    ids=["marked", "deeper", "several"],
)
def test_names_inside_of_an_evaluated_annotation_are_told_by_themselves(annotation: Any, told: str) -> None:
    def function(value: int) -> None: ...

    function.__annotations__ = {"value": annotation}
    with pytest.raises(DeclarationErrors) as caught:
        resolve_annotations(function)
    assert [fault.message for fault in caught.value.faults] == [
        f"{function.__qualname__}(value): cannot resolve {told} not defined at run time; "
        "import it outside 'if TYPE_CHECKING:' or define it at module level"
    ]


@pytest.mark.parametrize("annotation", ["list[", "int.nothing", "1 / 0"])
def test_an_annotation_that_is_no_type_is_told(annotation: str) -> None:
    def function(value: int) -> None: ...

    function.__annotations__ = {"value": annotation}
    with pytest.raises(DeclarationErrors, match="is not a type"):
        resolve_annotations(function)


T = TypeVar("T")
U = TypeVar("U")


class Feed(Generic[T, U]):
    def both(self, first: T, second: list[U]) -> str:
        return ""

    def neither(self) -> str:
        return ""


class Lost(Feed["list[Missing]", U]): ...


class Doubly(Lost["OnlyForCheckers"]): ...


def test_a_type_that_a_base_is_given_and_that_does_not_exist_is_told_where_it_is_written() -> None:
    with pytest.raises(DeclarationErrors) as raised:
        resolve_annotations(Feed.both, owner=Feed, target=Doubly)
    assert [fault.problem for fault in raised.value.faults] == [
        'Lost: cannot resolve "list[Missing]", which stands for T: Missing is not defined at run time',
        'Doubly: cannot resolve "OnlyForCheckers", which stands for U: OnlyForCheckers is not defined at run time',
    ]
    assert {fault.mend for fault in raised.value.faults} == {
        "import it outside 'if TYPE_CHECKING:' or define it at module level"
    }
    assert [fault.source for fault in raised.value.faults] == [SourceLocation.of(Lost), SourceLocation.of(Doubly)]
    assert {fault.code for fault in raised.value.faults} == {"pyfly-annotation"}


def test_annotations_without_the_type_that_does_not_exist_are_resolved() -> None:
    faults: list[DeclarationError] = []
    assert resolve_annotations(Feed.both, owner=Feed, target=Doubly, faults=faults) == {"return": str}
    assert len(faults) == 2
    assert resolve_annotations(Feed.neither, owner=Feed, target=Doubly) == {"return": str}
