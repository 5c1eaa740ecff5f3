"""Examples made up from schemas."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AnyUrl, BaseModel, Field

from pyfly.apidocs.examples import ExampleMaker, fits, written
from pyfly.apidocs.schemas import SchemaTable


class Node(BaseModel):
    name: str
    children: list[Node] = Field(min_length=0)
    parent: Node | None


class Endless(BaseModel):
    again: Endless


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


def test_what_all_schemas_admit_is_told_by_the_first_of_them() -> None:
    assert ExampleMaker({}).value({"allOf": [{"type": "integer", "minimum": 3}], "description": "x"}) == 3


def test_values_and_json_data_fit_their_type() -> None:
    table = SchemaTable()
    use = table.use(list[date], "validation")
    assert use is not None
    assert fits(use.adapter, [date(2026, 1, 31)])
    assert fits(use.adapter, ["2026-01-31"])
    assert not fits(use.adapter, ["never"])
    assert not fits(use.adapter, "2026-01-31")


def test_values_are_written_as_they_are_sent() -> None:
    table = SchemaTable()
    use = table.use(Node, "serialization")
    assert use is not None
    assert written(use.adapter, Node(name="a", children=[], parent=None)) == {
        "name": "a",
        "children": [],
        "parent": None,
    }
    assert written(None, date(2026, 1, 31)) == "2026-01-31"
    assert written(use.adapter, date(2026, 1, 31)) == "2026-01-31"
