"""Examples made up from schemas."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface, IPv6Network
from typing import Annotated, Any, Literal, NamedTuple, Self
from uuid import UUID

import pytest
from pydantic import (
    AnyUrl,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    computed_field,
    field_serializer,
    model_validator,
)

from pyfly.apidocs.error_texts import told_briefly
from pyfly.apidocs.examples import ExampleMaker, example_faults, written
from pyfly.apidocs.schemas import Mode, SchemaTable, SchemaUse


class Node(BaseModel):
    name: str
    children: list[Node] = Field(min_length=0)
    parent: Node | None


class Endless(BaseModel):
    again: Endless


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Holder(BaseModel):
    pet: Pet
    maybe: Pet | None


class Add(BaseModel):
    kind: Literal["add"] = "add"
    left: Expression
    right: Expression


class Number(BaseModel):
    kind: Literal["number"] = "number"
    value: int


Expression = Annotated[Number | Add, Field(discriminator="kind")]


class Range(BaseModel):
    low: int = Field(ge=3)
    high: int
    above: float
    top: Annotated[int, Field(le=1)]

    @model_validator(mode="after")
    def is_ascending(self) -> Self:
        assert self.low < self.high < self.above
        return self


class Point(NamedTuple):
    x: int
    y: Annotated[float, Field(ge=0)] = -1.0


class Tagged(BaseModel):
    sub: Annotated[Annotated[Cat, Tag("x")] | Annotated[Node, Tag("y")], Discriminator(lambda value: "x")]


def made(annotation: Any) -> tuple[Any, ...]:
    table = SchemaTable()
    use = table.use(annotation, "validation")
    assert use is not None
    table.generate()
    return ExampleMaker(table.definitions).example_of(use)


@pytest.mark.parametrize(
    ("annotation", "example"),
    [
        (int, 1),
        (float, 0.5),
        (bool, True),
        (str, "text"),
        (None, None),
        (Any, None),
        (int | None, 1),
        (Literal["b", "a"], "b"),
        (Literal[7], 7),
        (list[int], [1]),
        (Annotated[list[int], Field(min_length=3)], [1, 1, 1]),
        (tuple[int, str], [1, "text"]),
        (dict[str, int], {}),
        (Annotated[int, Field(ge=5)], 5),
        (Annotated[int, Field(gt=5)], 6),
        (Annotated[int, Field(le=-5)], -5),
        (Annotated[int, Field(lt=-5)], -6),
        (Annotated[int, Field(ge=5, multiple_of=4)], 8),
        (Annotated[float, Field(gt=0, lt=1)], 0.5),
        (Annotated[str, Field(min_length=7)], "text te"),
        (Annotated[str, Field(max_length=2)], "te"),
        (Annotated[str, Field(examples=["x"])], "x"),
        (Annotated[str, Field(pattern="^a+$", examples=["aa"])], "aa"),
        (date, "2026-01-31"),
        (datetime, "2026-01-31T12:00:00Z"),
        (timedelta, "PT1H"),
        (UUID, "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        (AnyUrl, "https://example.com/"),
        (Decimal, 0.5),
        (IPv4Address, "192.0.2.1"),
        (IPv6Network, "2001:db8::/32"),
        (IPv4Interface, "192.0.2.1/24"),
        (Pet, {"kind": "cat"}),
        (list[Pet], [{"kind": "cat"}]),
        (Holder, {"pet": {"kind": "cat"}, "maybe": {"kind": "cat"}}),
        (
            Add,
            {
                "kind": "add",
                "left": {"kind": "number", "value": 1},
                "right": {"kind": "number", "value": 1},
            },
        ),
        (Range, {"low": 3, "high": 4, "above": 4.5, "top": 1}),
        (Point, [1, 0]),
        (Tagged, {"sub": {}}),
        (Node, {"name": "text", "children": [{"name": "text", "children": [], "parent": None}], "parent": None}),
    ],
)
def test_an_example_is_plausible_and_validates(annotation: Any, example: Any) -> None:
    found = made(annotation)
    if annotation is Node:
        assert found[0]["name"] == "text"
        Node.model_validate(found[0])
    else:
        assert found == (example,)


@pytest.mark.parametrize("annotation", [Annotated[str, Field(pattern="^[0-9]{9}$")], Endless])
def test_no_example_is_made_up_that_does_not_validate(annotation: Any) -> None:
    assert made(annotation) == ()


def test_a_decimal_that_is_sent_is_shown_as_one() -> None:
    table = SchemaTable()
    use = table.use(Decimal, "serialization")
    assert use is not None
    table.generate()
    assert ExampleMaker(table.definitions).example_of(use) == ("1.5",)


def test_what_all_schemas_admit_is_told_by_the_first_of_them() -> None:
    assert ExampleMaker({}).value({"allOf": [{"type": "integer", "minimum": 3}], "description": "x"}) == 3


def use_of(annotation: Any, mode: Mode) -> SchemaUse:
    table = SchemaTable()
    use = table.use(annotation, mode)
    assert use is not None
    table.generate()
    return use


class Named(BaseModel):
    number: int = Field(validation_alias="taken", serialization_alias="sent")


class Computed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    amount: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's way
    @property
    def text(self) -> str:
        return str(self.amount)


class Stamped(BaseModel):
    at: datetime

    @field_serializer("at")
    def _seconds(self, value: datetime) -> int:
        return int(value.timestamp())


@pytest.mark.parametrize(
    ("annotation", "mode", "value", "faults"),
    [
        (list[date], "validation", [date(2026, 1, 31)], []),
        (list[date], "validation", ["2026-01-31"], []),
        (list[date], "validation", "2026-01-31", ['input should be a valid array, got "2026-01-31"']),
        (list[int], "validation", [1, "5"], ['at "1" input should be a valid integer, got "5"']),
        (Named, "validation", {"taken": 1}, []),
        (Named, "validation", {"sent": 1}, ['at "taken" field required']),
        (Named, "validation", {"number": 1}, ['at "taken" field required']),
        (Named, "serialization", {"sent": 1}, []),
        (Named, "serialization", {"taken": 1}, ['at "sent" field required']),
        (Named, "serialization", Named.model_validate({"taken": 1}), []),
        (Computed, "validation", {"amount": 1}, []),
        (Computed, "validation", Computed(amount=1), []),
        (Computed, "validation", {"amount": 1, "text": "1"}, ['at "text" extra inputs are not permitted, got "1"']),
        (Computed, "serialization", {"amount": 1, "text": "1"}, []),
        (Computed, "serialization", Computed(amount=1), []),
        (Computed, "serialization", {"amount": 1}, ['at "text" field required']),
        (Stamped, "validation", {"at": "2026-01-31T12:00:00Z"}, []),
        (Stamped, "serialization", {"at": 1769860800}, []),
        (Stamped, "serialization", {"at": "2026-01-31"}, ['at "at" input should be a valid integer, got "2026-01-31"']),
        (bytes, "validation", b"a", []),
        (float, "serialization", float("inf"), ["JSON has neither infinities nor NaN"]),
    ],
)
def test_examples_fit_what_is_accepted_or_what_is_sent(
    annotation: Any, mode: Mode, value: Any, faults: list[str]
) -> None:
    assert example_faults(use_of(annotation, mode), value) == faults


def test_few_faults_are_told_and_long_values_cut() -> None:
    faults = example_faults(use_of(list[int], "serialization"), ["x" * 100, "b", "c", "d", "e"])
    assert told_briefly(faults) == (
        f'at "0" input should be a valid integer, got "{"x" * 59} …, and at "1" input should be a valid integer, '
        'got "b", and at "2" input should be a valid integer, got "c", and 2 more'
    )


def test_values_are_written_as_they_are_sent() -> None:
    use = use_of(Node, "serialization")
    assert written(use, Node(name="a", children=[], parent=None)) == {"name": "a", "children": [], "parent": None}
    assert written(None, date(2026, 1, 31)) == "2026-01-31"
    assert written(use, date(2026, 1, 31)) == "2026-01-31"
