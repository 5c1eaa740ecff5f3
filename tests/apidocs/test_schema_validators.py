"""Validators made of JSON Schemas agree with the reference implementation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, Field

from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.apidocs.schemas import PREFIX, SchemaTable


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = Field(default=9, ge=1, le=9)


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str = Field(pattern="^[A-Z]", max_length=5)


class Tree(BaseModel):
    value: int | None
    children: list[Tree] = Field(default=[], max_length=2)


@dataclass
class Closed:
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012  # as pydantic reads it

    at: tuple[int, str]
    rest: tuple[float, ...] = ()


class Point(NamedTuple):
    x: int
    y: float = 0.0


class Keyed(BaseModel):
    by_key: dict[Annotated[str, Field(pattern="^k")], int]


VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 10, 1.0, 1.5, "", "a", "A", "abcdef", "5", [], [1], [1, "a"], [1, 1], ["a", "b", "c"],
    {}, {"a": 1}, {"a": "b"}, {"kind": "cat"}, {"kind": "cat", "lives": 0}, {"kind": "cat", "lives": 3.0},
    {"kind": "dog", "name": "Rex"}, {"kind": "dog", "name": "rex"}, {"kind": "cow"}, {"name": "Rex"},
    {"value": None}, {"value": 1, "children": [{"value": 2, "children": []}]},
    {"value": 1, "children": [{"value": "x"}]},
    {"value": 1, "children": [{"value": 1}, {"value": 1}, {"value": 1}]},
    {"at": [1, "a"]}, {"at": [1, "a"], "rest": [1, 2.5]}, {"at": [1]}, {"at": [1, "a", 2]},
    {"at": [1, "a"], "more": 1}, [1, 1.5], [1, 1.5, 2], ["a", "b"], {"k": 1}, {"k": "a"}, {"k1": 1, "ok": "a"},
    {"by_key": {}}, {"by_key": {"k": 1}}, {"by_key": {"k": "a"}}, {"by_key": {"l": "a", "k": 1}}, {"by_key": 1},
]  # fmt: skip
TYPES: list[Any] = [
    int,
    float,
    bool,
    str,
    None,
    Any,
    Decimal,
    int | None,
    int | str | None,
    Literal["a", "A", 1],
    Literal[1],
    Annotated[str, Field(min_length=2, max_length=5)],
    Annotated[int, Field(gt=0, lt=10, multiple_of=1)],
    list[int],
    set[int],
    Annotated[list[str], Field(min_length=2)],
    tuple[int, ...],
    tuple[int, str],
    dict[str, int],
    Annotated[dict[str, str], Field(min_length=1)],
    dict[Literal["a"], int],
    Cat,
    Dog,
    Literal[True],
    Literal[0, False],
    Cat | None,
    list[Cat | Dog],
    Tree,
    list[Tree],
    Closed,
    Point,
    Keyed,
    dict[str, Point],
]
WRITTEN: list[dict[str, Any]] = [
    {"type": ["integer", "null"]},
    {"enum": [True, "a"]},
    {"allOf": [{"type": "number"}, {"type": "integer", "minimum": 1}]},
    {"type": "array", "prefixItems": [{"type": "integer"}], "minItems": 1, "items": {"type": "string"}},
    {"type": "array", "prefixItems": [{}, {}], "maxItems": 2},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]},
    {
        "type": "array",
        "prefixItems": [{}, {"type": "string"}],
        "items": {"type": "string"},
        "maxItems": 2,
        "minItems": 1,
    },
    {"type": "object", "properties": {"a": {"type": "integer"}}, "patternProperties": {"^k": {}}},
    {"type": "object", "patternProperties": {"^k": {"type": "integer"}, "1$": {"minimum": 1}}},
    {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 1},
]


FORMATS = FormatChecker([])


@FORMATS.checks("decimal", raises=InvalidOperation)
def is_decimal(value: Any) -> bool:
    return not isinstance(value, str) or Decimal(value).is_finite()


def disagreements(schema: dict[str, Any], definitions: Mapping[str, Any]) -> list[Any]:
    ours = validator_of(schema, definitions, PREFIX)
    whole = {**schema, "components": {"schemas": dict(definitions)}}
    reference = Draft202012Validator(whole, format_checker=FORMATS)
    return [value for value in VALUES if (not errors_of(ours, value)) is not reference.is_valid(value)]


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("annotation", TYPES, ids=repr)
def test_what_pydantic_writes_is_read_as_the_reference_reads_it(annotation: Any, mode: Any) -> None:
    table = SchemaTable()
    use = table.use(annotation, mode)
    assert use is not None
    table.generate()
    assert disagreements(use.schema(), table.definitions) == []


@pytest.mark.parametrize("schema", WRITTEN)
def test_what_authors_write_is_read_as_the_reference_reads_it(schema: dict[str, Any]) -> None:
    assert disagreements(schema, {}) == []


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"kind": "cat", "lives": 3}, None),
        ({"kind": "dog", "name": "rex"}, "String should match pattern '^[A-Z]'"),
        ({"kind": "cow"}, "Input tag 'cow' found using 'kind' does not match any of the expected tags: 'cat', 'dog'"),
        # The schema alone would take it: only one of the two needs no name.
        ({"lives": 3}, "Unable to extract tag using discriminator 'kind'"),
    ],
)
def test_members_of_a_tagged_union_are_told_apart_by_the_tag(value: Any, error: str | None) -> None:
    table = SchemaTable()
    use = table.use(Annotated[Cat | Dog, Field(discriminator="kind")], "validation")
    assert use is not None
    table.generate()
    assert [found["msg"] for found in errors_of(use.validator, value)] == ([] if error is None else [error])


def test_a_union_whose_tags_are_not_told_is_any_of_its_members() -> None:
    schema = {"oneOf": [{"type": "object"}, {"type": "integer"}], "discriminator": {"propertyName": "kind"}}
    validator = validator_of(schema, {}, PREFIX)
    assert errors_of(validator, {}) == errors_of(validator, 1) == []
    assert errors_of(validator, "x") != []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "pattern": r"(?<"}, "x"),
        ({"type": "object", "patternProperties": {r"(?<": {"type": "string"}}}, {"x": 1}),
        ({"enum": []}, 1),
        ({"$ref": f"{PREFIX}A"}, 5),
        (True, 1),
    ],
)
def test_what_cannot_be_read_refuses_nothing(schema: Any, value: Any) -> None:
    definitions: dict[str, dict[str, Any]] = {"A": {"$ref": f"{PREFIX}B"}, "B": {"not": {"type": "integer"}}}
    assert errors_of(validator_of(schema, definitions, PREFIX), value) == []


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("date", "2026-01-31", "soon"),
        ("date-time", "2026-01-31T12:00:00Z", "soon"),
        ("time", "12:00:00", "noon"),
        ("duration", "PT1H", "long"),
        ("uuid", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "one"),
        ("uri", "https://example.com/", "example"),
        ("decimal", "1.50", "much"),
        ("ipv4", "192.0.2.1", "2001:db8::1"),
        ("ipv6", "2001:db8::1", "192.0.2.1"),
        ("ipv4network", "192.0.2.0/24", "192.0.2.1/24"),
        ("ipv6network", "2001:db8::/32", "nope"),
        ("ipv4interface", "192.0.2.1/24", "nope"),
        ("ipv6interface", "2001:db8::1/32", "nope"),
        ("of its own", "anything", None),
    ],
)
def test_formats_are_looked_at(form: str, right: str, wrong: Any) -> None:
    validator = validator_of({"type": "string", "format": form}, {}, PREFIX)
    assert errors_of(validator, right) == []
    assert len(errors_of(validator, wrong)) == 1


def test_a_choice_may_be_anything() -> None:
    assert errors_of(validator_of({"anyOf": [True, {"type": "string"}]}, {}, PREFIX), 1) == []


def test_an_error_names_the_choice_and_the_field() -> None:
    schema = {"anyOf": [{"$ref": f"{PREFIX}A"}, {"type": "integer"}, {"const": 1}]}
    definitions = {"A": {"type": "object", "properties": {"x": {"type": "array", "items": {"type": "string"}}}}}
    errors = errors_of(validator_of(schema, definitions, PREFIX), {"x": [1]})
    assert [(error["loc"], error["msg"]) for error in errors] == [
        (("A", "x", 0), "Input should be a valid string"),
        (("integer",), "Input should be a valid integer"),
        (("value",), "Input should be 1"),
    ]
