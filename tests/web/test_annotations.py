from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, NewType, Optional, TypeVar
from uuid import UUID

import pytest
from pydantic import Field
from typing_extensions import TypeAliasType

from pyfly.metadata import Converter
from pyfly.rules import fits
from pyfly.web import Body, FromCookie, FromHeader, FromQuery, QueryParam
from pyfly.web.annotations import admits_none, facts_of, split_markers, takes_many, type_name, union_members

ItemId = NewType("ItemId", int)
PageSize = TypeAliasType("PageSize", Annotated[int, FromQuery("size")])
MaybeText = TypeAliasType("MaybeText", "str | None")
AT_LEAST_ONE = Field(ge=1)
Plain = TypeAliasType("Plain", int)
T = TypeVar("T")
Many = TypeAliasType("Many", list[T], type_params=(T,))
Asked = TypeAliasType("Asked", Annotated[T, FromQuery()], type_params=(T,))


class Level(enum.IntEnum):
    LOW = 1


class Pair(NamedTuple):
    left: int
    right: int


@pytest.mark.parametrize(
    ("annotation", "markers", "bare"),
    [
        (int, (), int),
        (QueryParam[int], (FromQuery(),), int),
        (Annotated[str, FromHeader("X-Token")], (FromHeader("X-Token"),), str),
        (Annotated[str, FromCookie], (FromCookie(),), str),
        (QueryParam[Annotated[int, AT_LEAST_ONE]], (FromQuery(),), Annotated[int, AT_LEAST_ONE]),
        (QueryParam[int] | None, (FromQuery(),), int | None),
        (QueryParam[list[int]] | None, (FromQuery(),), list[int] | None),
        (QueryParam[int] | QueryParam[str], (FromQuery(),), int | str),
        (PageSize, (FromQuery("size"),), int),
        (Plain, (), Plain),
        (Many[int], (), Many[int]),
        (Asked[int], (FromQuery(),), int),
        (Annotated[Body[int], FromQuery()], None, int),
        (Annotated[int, "note"], (), Annotated[int, "note"]),
    ],
)
def test_markers_are_split_from_the_type(annotation: Any, markers: Any, bare: Any) -> None:
    found, rest = split_markers(annotation)
    assert len(found) == 2 if markers is None else found == markers
    assert rest == bare


@pytest.mark.parametrize(
    ("annotation", "members"),
    [
        (int, [int]),
        (int | str | None, [int, str, type(None)]),
        (Annotated[int | str, "note"], [int, str]),
        (ItemId, [int]),
        (MaybeText, [str, type(None)]),
        (Many[int], [list[int]]),
        (Plain | None, [int, type(None)]),
        (Any, [Any]),
    ],
)
def test_union_members_are_bare_types(annotation: Any, members: list[Any]) -> None:
    assert list(union_members(annotation)) == members


def test_none_is_admitted_only_where_it_is_named() -> None:
    assert admits_none(int | None)
    assert admits_none(None)
    assert admits_none(Annotated[int | None, "note"])
    assert not admits_none(int)
    assert not admits_none(Any)


@pytest.mark.parametrize(
    ("annotation", "many"),
    [
        (list[int], True),
        (list[int] | None, True),
        (Annotated[set[str], Field(min_length=1)], True),
        (tuple[int, ...], True),
        (frozenset[int], True),
        (Sequence[int], True),
        (Iterable[int], True),
        (list, True),
        (Pair, True),
        (str, False),
        (bytes, False),
        (dict[str, int], False),
        (Mapping[str, int], False),
        (Level, False),
        (Any, False),
        (Literal["a", "b"], False),
    ],
)
def test_collections_take_many_values(annotation: Any, many: bool) -> None:
    assert takes_many(annotation) is many


@pytest.mark.parametrize(
    ("converter", "annotation"),
    [
        ("int", int),
        ("int", float),
        ("int", complex),
        ("int", Any),
        ("int", object),
        ("int", str | int),
        ("int", ItemId),
        ("int", Annotated[int, Field(gt=0)]),
        ("int", Level),
        ("int", Literal[1, 2]),
        ("int", Decimal),
        ("int", TypeVar("Unbound")),
        ("float", float),
        ("float", complex),
        ("uuid", UUID),
        ("uuid", UUID | None),
        ("str", str),
        ("str", int),
        ("str", UUID),
        ("str", datetime.date),
        ("str", bool),
        ("path", str),
        ("path", bytes),
    ],
)
def test_fitting_annotations(converter: Converter, annotation: Any) -> None:
    assert fits(converter, facts_of(annotation))


@pytest.mark.parametrize(
    ("converter", "annotation"),
    [
        ("int", str),
        ("int", bool),
        ("int", bytes | None),
        ("int", UUID),
        ("int", list[int]),
        ("float", int),
        ("float", str),
        ("uuid", str),
        ("uuid", int),
        ("str", list[str]),
        ("str", dict[str, str]),
        ("str", dict),
        ("str", None),
        ("path", tuple[str, ...]),
    ],
)
def test_annotations_that_can_never_fit(converter: Converter, annotation: Any) -> None:
    assert not fits(converter, facts_of(annotation))


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"),
        (UUID, "UUID"),
        (list[str], "list[str]"),
        (int | None, "int | None"),
        (Any, "Any"),
        (None, "None"),
        (Optional[UUID], "UUID | None"),  # noqa: UP045  # the form under test
        (Annotated[dict[str, Pair], "note"], "dict[str, Pair]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (Literal["a", 1], "Literal['a', 1]"),
        (Callable[[int], Level], "Callable[[int], Level]"),
        (ItemId, "ItemId"),
        (MaybeText, "MaybeText"),
        (Many[int], "Many[int]"),
        (Literal[Level.LOW, None], "Literal[Level.LOW, None]"),
    ],
)
def test_type_names_read_as_written(annotation: Any, name: str) -> None:
    assert type_name(annotation) == name
