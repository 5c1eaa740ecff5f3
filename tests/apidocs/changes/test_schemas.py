"""What breaks who sends a value, and what breaks who receives it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.apidocs.changes.report import Direction, Place
from pyfly.apidocs.changes.schemas import SchemaComparison

STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
NULLABLE: dict[str, Any] = {"anyOf": [STRING, {"type": "null"}]}


def changes(
    old: Any, new: Any, direction: Direction, old_models: Any = None, new_models: Any = None
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    comparison = SchemaComparison(
        {"models": old_models or {}},
        {"models": new_models or old_models or {}},
        lambda severity, code, place, text: found.append((severity, f"{place} {text}")),
    )
    changed = comparison.compare(old, new, Place("", "it"), direction)
    assert changed == bool(found)
    return found


def an_object(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


BREAKING, RISKY, COMPATIBLE = "breaking", "risky", "compatible"
CASES: list[tuple[str, Any, Any, list[tuple[str, str]], list[tuple[str, str]]]] = [
    # name, old, new, changes for who sends it, changes for who receives it
    ("type", STRING, INTEGER, [(BREAKING, "it is integer, was string")], [(BREAKING, "it is integer, was string")]),
    (
        "wider number",
        INTEGER,
        {"type": "number"},
        [(COMPATIBLE, "it is number, was integer")],
        [(BREAKING, "it is number, was integer")],
    ),
    (
        "narrower number",
        {"type": "number"},
        INTEGER,
        [(BREAKING, "it is integer, was number")],
        [(COMPATIBLE, "it is integer, was number")],
    ),
    ("null allowed", STRING, NULLABLE, [(COMPATIBLE, "it can be null now")], [(BREAKING, "it can be null now")]),
    (
        "null refused",
        NULLABLE,
        STRING,
        [(BREAKING, "it can no longer be null")],
        [(COMPATIBLE, "it is never null any more")],
    ),
    ("null in two notations", {"type": ["string", "null"]}, NULLABLE, [], []),
    (
        "anything allowed",
        STRING,
        {},
        [(COMPATIBLE, "it is anything, was string")],
        [(BREAKING, "it is anything, was string")],
    ),
    (
        "anything refused",
        True,
        STRING,
        [(BREAKING, "it is string, was anything")],
        [(COMPATIBLE, "it is string, was anything")],
    ),
    (
        "field removed",
        an_object({"a": STRING, "b": STRING}),
        an_object({"a": STRING}),
        [(BREAKING, 'field "b" of it is gone')],
        [(BREAKING, 'field "b" of it is gone')],
    ),
    (
        "field added",
        an_object({}),
        an_object({"a": STRING}),
        [(COMPATIBLE, 'field "a" of it is new')],
        [(COMPATIBLE, 'field "a" of it is new')],
    ),
    (
        "required field added",
        an_object({}),
        an_object({"a": STRING}, "a"),
        [(BREAKING, 'field "a" of it is new, and required')],
        [(COMPATIBLE, 'field "a" of it is new')],
    ),
    (
        "field required",
        an_object({"a": STRING}),
        an_object({"a": STRING}, "a"),
        [(BREAKING, 'field "a" of it is required now')],
        [(COMPATIBLE, 'field "a" of it is required now')],
    ),
    (
        "field optional",
        an_object({"a": STRING}, "a"),
        an_object({"a": STRING}),
        [(COMPATIBLE, 'field "a" of it can be missing now')],
        [(BREAKING, 'field "a" of it can be missing now')],
    ),
    (
        "unknown field required",
        an_object({}),
        an_object({}, "a"),
        [(BREAKING, 'field "a" of it is required now')],
        [(COMPATIBLE, 'field "a" of it is required now')],
    ),
    (
        "deep field",
        an_object({"a": {"type": "array", "items": an_object({"b": STRING})}}),
        an_object({"a": {"type": "array", "items": an_object({"b": INTEGER})}}),
        [(BREAKING, 'field "a[].b" of it is integer, was string')],
        [(BREAKING, 'field "a[].b" of it is integer, was string')],
    ),
    (
        "items",
        {"type": "array", "items": STRING},
        {"type": "array", "items": INTEGER},
        [(BREAKING, 'items "[]" of it is integer, was string')],
        [(BREAKING, 'items "[]" of it is integer, was string')],
    ),
    (
        "tuple",
        {"type": "array", "items": [STRING, STRING]},
        {"type": "array", "prefixItems": [STRING]},
        [(BREAKING, "it has 1 items of their own kind, had 2")],
        [(BREAKING, "it has 1 items of their own kind, had 2")],
    ),
    (
        "tuple closed",
        {"type": "array", "prefixItems": [STRING]},
        {"type": "array", "prefixItems": [STRING], "items": False},
        [(BREAKING, "it takes no more items any more")],
        [(COMPATIBLE, "it takes no more items any more")],
    ),
    (
        "values fewer",
        {"enum": ["a", "b"]},
        {"enum": ["a"]},
        [(BREAKING, 'it can no longer be "b"')],
        [(COMPATIBLE, 'it is never "b" any more')],
    ),
    (
        "values more",
        {"enum": ["a"]},
        {"enum": ["a", "b"]},
        [(COMPATIBLE, 'it can be "b" now')],
        [(RISKY, 'it can be "b" now')],
    ),
    (
        "values others",
        {"const": "a"},
        {"const": "b"},
        [(BREAKING, 'it is "b", was "a"')],
        [(BREAKING, 'it is "b", was "a"')],
    ),
    (
        "values limited",
        STRING,
        {"type": "string", "enum": ["a"]},
        [(BREAKING, 'it is one of "a"')],
        [(COMPATIBLE, 'it is one of "a"')],
    ),
    (
        "values free",
        {"type": "string", "enum": ["a"]},
        STRING,
        [(COMPATIBLE, 'it is no longer one of "a"')],
        [(BREAKING, 'it is no longer one of "a"')],
    ),
    (
        "minimum up",
        {**INTEGER, "minimum": 1},
        {**INTEGER, "minimum": 2},
        [(BREAKING, "it has minimum 2, had 1")],
        [(COMPATIBLE, "it has minimum 2, had 1")],
    ),
    (
        "maximum up",
        {**INTEGER, "maximum": 1},
        {**INTEGER, "maximum": 2},
        [(COMPATIBLE, "it has maximum 2, had 1")],
        [(RISKY, "it has maximum 2, had 1")],
    ),
    (
        "limit new",
        STRING,
        {**STRING, "maxLength": 9},
        [(BREAKING, "it has maxLength 9, had none")],
        [(COMPATIBLE, "it has maxLength 9, had none")],
    ),
    (
        "limit gone",
        {**STRING, "minLength": 1},
        STRING,
        [(COMPATIBLE, "it has minLength none, had 1")],
        [(RISKY, "it has minLength none, had 1")],
    ),
    (
        "format new",
        STRING,
        {**STRING, "format": "uuid"},
        [(BREAKING, 'it has format "uuid", had none')],
        [(COMPATIBLE, 'it has format "uuid", had none')],
    ),
    (
        "format gone",
        {**STRING, "format": "uuid"},
        STRING,
        [(COMPATIBLE, 'it has format none, had "uuid"')],
        [(BREAKING, 'it has format none, had "uuid"')],
    ),
    (
        "pattern gone",
        {**STRING, "pattern": "a"},
        STRING,
        [(COMPATIBLE, 'it has pattern none, had "a"')],
        [(RISKY, 'it has pattern none, had "a"')],
    ),
    (
        "unknown rule",
        STRING,
        {**STRING, "not": {"const": "a"}},
        [(RISKY, "it has another rule 'not'")],
        [(RISKY, "it has another rule 'not'")],
    ),
    (
        "closed",
        an_object({}),
        an_object({}, additionalProperties=False),
        [(BREAKING, "it takes no other fields any more")],
        [(COMPATIBLE, "it takes no other fields any more")],
    ),
    (
        "opened",
        an_object({}, additionalProperties=False),
        an_object({}),
        [(COMPATIBLE, "it takes other fields now")],
        [(COMPATIBLE, "it takes other fields now")],
    ),
    (
        "map",
        an_object({}, additionalProperties=STRING),
        an_object({}, additionalProperties=INTEGER),
        [(BREAKING, 'field "*" of it is integer, was string')],
        [(BREAKING, 'field "*" of it is integer, was string')],
    ),
    ("default", {**STRING, "default": "a"}, {**STRING, "default": "b"}, [(RISKY, 'it is "b" by default, was "a"')], []),
    (
        "default of no value to send",
        {**STRING, "minLength": 1, "x-pyfly-default": ""},
        {**STRING, "minLength": 1, "default": "b"},
        [(RISKY, 'it is "b" by default, was ""')],
        [],
    ),
    (
        "default that has come",
        an_object({"a": STRING, "b": STRING, "c": STRING}, "b"),
        an_object({"a": {**STRING, "default": "a"}, "b": {**STRING, "default": "b"}, "c": {**STRING, "default": None}}),
        [(RISKY, 'field "a" of it is "a" by default, had none'), (COMPATIBLE, 'field "b" of it can be missing now')],
        [(BREAKING, 'field "b" of it can be missing now')],
    ),
    (
        "default that has gone",
        an_object({"a": {**STRING, "default": "a"}, "b": {**STRING, "default": "b"}, "c": {**STRING, "default": None}}),
        an_object({"a": STRING, "b": STRING, "c": STRING}, "b"),
        [(RISKY, 'field "a" of it has no default any more, was "a"'), (BREAKING, 'field "b" of it is required now')],
        [(COMPATIBLE, 'field "b" of it is required now')],
    ),
    (
        "deprecated",
        STRING,
        {**STRING, "deprecated": True},
        [(COMPATIBLE, "it is deprecated")],
        [(COMPATIBLE, "it is deprecated")],
    ),
    ("prose", {**STRING, "title": "A", "description": "B"}, {**STRING, "examples": ["c"]}, [], []),
    (
        "parts",
        {"allOf": [an_object({"a": STRING}, "a"), an_object({"b": STRING}, "b")]},
        an_object({"a": STRING, "b": STRING}, "a", "b"),
        [],
        [],
    ),
    (
        "other documents",
        {"$ref": "other.json#/a"},
        {"$ref": "other.json#/b"},
        [(RISKY, "it refers to other.json#/b, referred to other.json#/a")],
        [(RISKY, "it refers to other.json#/b, referred to other.json#/a")],
    ),
    (
        "content",
        {**STRING, "contentSchema": an_object({"a": STRING})},
        {**STRING, "contentSchema": an_object({"a": INTEGER})},
        [(BREAKING, 'field "a" of it is integer, was string')],
        [(BREAKING, 'field "a" of it is integer, was string')],
    ),
]


@pytest.mark.parametrize(("old", "new", "sent", "received"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_each_direction_has_its_own_rule(
    old: Any, new: Any, sent: list[tuple[str, str]], received: list[tuple[str, str]]
) -> None:
    assert changes(old, new, "sent") == sent
    assert changes(old, new, "received") == received


def test_models_are_known_by_what_they_hold_and_not_by_name() -> None:
    models = {"Old": an_object({"a": STRING}), "New": an_object({"a": STRING})}
    assert changes({"$ref": "#/models/Old"}, {"$ref": "#/models/New"}, "sent", models) == []


def test_member_of_a_union_is_found_again_by_its_constant() -> None:
    def member(kind: str, **fields: Any) -> dict[str, Any]:
        return an_object({"kind": {"const": kind}, **fields}, "kind")

    old = {"oneOf": [member("say", text=STRING), member("go", to=STRING)]}
    new = {"oneOf": [member("go", to=INTEGER), member("say", text=STRING)]}
    assert changes(old, new, "sent") == [(BREAKING, 'field "to" of it is integer, was string')]


def test_union_of_models_that_grows_is_risky_for_who_receives_it() -> None:
    models = {"A": an_object({"a": STRING}, "a"), "B": an_object({"b": STRING}, "b")}
    old, new = {"$ref": "#/models/A"}, {"anyOf": [{"$ref": "#/models/A"}, {"$ref": "#/models/B"}]}
    assert changes(old, new, "received", models) == [(RISKY, "it can be B now")]
    assert changes(old, new, "sent", models) == [(COMPATIBLE, "it can be B now")]
    assert changes(new, old, "sent", models) == [(BREAKING, "it can no longer be B")]


def test_recursive_models_end() -> None:
    def tree(leaf: Any) -> Any:
        node = an_object({"leaf": leaf, "children": {"type": "array", "items": {"$ref": "#/models/Tree"}}})
        return {"Tree": node, "Loop": {"$ref": "#/models/Loop"}, "Or": {"anyOf": [{"$ref": "#/models/Or"}, STRING]}}

    for name in ("Tree", "Loop", "Or"):
        reference = {"$ref": f"#/models/{name}"}
        assert changes(reference, reference, "sent", tree(STRING)) == []
    changed = changes({"$ref": "#/models/Tree"}, {"$ref": "#/models/Tree"}, "sent", tree(STRING), tree(INTEGER))
    assert changed == [(BREAKING, 'field "leaf" of it is integer, was string')]


def test_model_inside_a_cycle_is_not_taken_for_unchanged() -> None:
    def models(kind: Any) -> Any:
        return {
            "A": an_object({"b": {"$ref": "#/models/B"}, "kind": kind}),
            "B": an_object({"a": {"$ref": "#/models/A"}}),
        }

    found: list[str] = []
    comparison = SchemaComparison(
        {"models": models(STRING)}, {"models": models(INTEGER)}, lambda *change: found.append(str(change[2]))
    )
    for name in ("A", "B"):
        comparison.compare({"$ref": f"#/models/{name}"}, {"$ref": f"#/models/{name}"}, Place("", name), "sent")
    assert found == ['field "kind" of A', 'field "a.kind" of B']


def test_many_paths_to_a_model_are_not_all_walked() -> None:
    depth = 60
    models: dict[str, Any] = {f"M{depth}": STRING}
    for number in range(depth):
        following = {"$ref": f"#/models/M{number + 1}"}
        models[f"M{number}"] = an_object({"left": following, "right": following})
    other = {**models, f"M{depth}": INTEGER}
    reference = {"$ref": "#/models/M0"}
    assert changes(reference, reference, "sent", models) == []
    assert len(changes(reference, reference, "sent", models, other)) == 1


LEAVES = st.sampled_from(
    [STRING, INTEGER, {"type": "number"}, {"type": "boolean"}, {"type": "null"}, {"enum": ["a", "b"]}, {}]
)
NAMES = st.sampled_from("abcde")
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(NAMES, inner, max_size=3).flatmap(
            lambda properties: st.sets(st.sampled_from(sorted(properties) or ["a"])).map(
                lambda required: an_object(properties, *sorted(required & set(properties)))
            )
        ),
        inner.map(lambda items: {"type": "array", "items": items}),
        st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: {"type": "array", "prefixItems": items}),
    ),
    max_leaves=8,
)


@given(SCHEMAS, st.sampled_from(["sent", "received"]))
def test_a_schema_has_not_changed_from_itself(schema: Any, direction: Direction) -> None:
    assert changes(schema, schema, direction) == []


@given(st.dictionaries(NAMES, SCHEMAS, min_size=1, max_size=4), st.sampled_from(["sent", "received"]), st.data())
def test_removing_a_field_is_breaking(properties: dict[str, Any], direction: Direction, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(properties)))
    left = {key: schema for key, schema in properties.items() if key != name}
    old, new = an_object(properties, name), an_object(left)
    assert changes(old, new, direction) == [(BREAKING, f'field "{name}" of it is gone')]
    added = changes(new, old, "sent")
    assert added == [(BREAKING, f'field "{name}" of it is new, and required')]


@given(SCHEMAS, SCHEMAS)
def test_what_breaks_one_way_never_goes_unnoticed_the_other_way(one: Any, other: Any) -> None:
    assert bool(changes(one, other, "sent")) == bool(changes(one, other, "received"))
