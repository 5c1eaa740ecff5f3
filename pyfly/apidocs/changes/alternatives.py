"""What a schema allows: a list of alternatives with one type each, and which of two such lists belong together."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

from pyfly.apidocs.changes.references import Json, mapping, name_of_reference, resolve, sequence

__all__ = ["ANYTHING", "Alternative", "alternatives", "matched", "shown"]

ANYTHING: Final[Json] = {}
"""The schema of any value."""

_ANNOTATIONS: Final = frozenset(
    {
        "$ref",
        "title",
        "description",
        "default",
        "examples",
        "example",
        "deprecated",
        "discriminator",
        "readOnly",
        "writeOnly",
    }
)
_IMPLIED: Final = (("properties", "object"), ("required", "object"), ("items", "array"), ("prefixItems", "array"))


@final
@dataclass(frozen=True, slots=True)
class Alternative:
    """One way for a value to be right.

    Attributes:
        schema: Its schema, with one type or none.
        name: The name of its model; empty for none.
    """

    schema: Json
    name: str

    @property
    def type(self) -> str:
        """The JSON type; empty where any will do."""
        return _type_of(self.schema)

    @property
    def values(self) -> list[Any] | None:
        """The only values there are; None where the schema names none."""
        if "const" in self.schema:
            return [self.schema["const"]]
        return sequence(self.schema["enum"]) if "enum" in self.schema else None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or ("an object" if self.type == "object" else self.type) or "anything"


def alternatives(document: Json, schema: Any) -> list[Alternative]:
    """Return the ways for a value to be right; none where nothing is.

    Args:
        document: Where references are looked up.
        schema: A JSON Schema, or a boolean.
    """
    return [] if schema is False else list(_alternatives(document, schema, ()))


def _alternatives(document: Json, schema: Any, above: tuple[str, ...]) -> Iterable[Alternative]:
    name = name_of_reference(schema)
    if name and name in above:  # a schema that is nothing but itself
        return
    above = (*above, name) if name else above
    found = _with_parts(document, resolve(document, schema))
    branches = [*sequence(found.get("anyOf")), *sequence(found.get("oneOf"))]
    if branches:
        common = {key: value for key, value in found.items() if key not in ("anyOf", "oneOf", *_ANNOTATIONS)}
        for branch in branches:
            for each in _alternatives(document, branch, above):
                yield Alternative({**common, **each.schema}, each.name) if common else each
        return
    name = name or (str(found.get("title", "")) if _type_of(found) == "object" else "")
    types = found.get("type")
    if not isinstance(types, list):
        yield Alternative(found, name)
        return
    for kind in sequence(types):
        single = {**found, "type": kind}
        if "enum" in found:
            single["enum"] = [value for value in sequence(found["enum"]) if _fits(value, kind)]
        yield Alternative(single, name if kind == "object" else "")


def matched(
    old: list[Alternative], new: list[Alternative]
) -> tuple[list[tuple[Alternative, Alternative]], list[Alternative], list[Alternative]]:
    """Return the alternatives that belong together, those of the old that are gone, and those that are new."""
    pairs: list[tuple[Alternative, Alternative]] = []
    gone, added = list(old), list(new)
    keys: tuple[_Key, ...] = (_whole, _named, _tagged, lambda each: each.type or None, lambda each: "")
    for key in keys[:-1]:
        _pair(pairs, gone, added, key)
    if len(gone) == len(added) == 1:  # it must be that one which has another type now
        _pair(pairs, gone, added, keys[-1])
    return pairs, gone, added


def shown(value: Any) -> str:
    """Return a value as JSON has it."""
    return json.dumps(value, ensure_ascii=False)


_Key: TypeAlias = Callable[[Alternative], Hashable]


def _pair(
    pairs: list[tuple[Alternative, Alternative]], gone: list[Alternative], added: list[Alternative], key: _Key
) -> None:
    for one in list(gone):
        wanted = key(one)
        other = None if wanted is None else next((each for each in added if key(each) == wanted), None)
        if other is not None:
            pairs.append((one, other))
            gone.remove(one)
            added.remove(other)


def _whole(alternative: Alternative) -> Hashable:
    return alternative.name, json.dumps(alternative.schema, sort_keys=True, default=str)


def _named(alternative: Alternative) -> Hashable | None:
    return (alternative.name, alternative.type) if alternative.name else None


def _tagged(alternative: Alternative) -> Hashable | None:
    """Return what tells members of a union apart: their constants."""
    properties = mapping(alternative.schema.get("properties"))
    tags = {name: shown(mapping(member)["const"]) for name, member in properties.items() if "const" in mapping(member)}
    return tuple(sorted(tags.items())) or None


def _with_parts(document: Json, schema: Json) -> Json:
    """Return a schema with all that its ``allOf`` asks for."""
    parts = sequence(schema.get("allOf"))
    if not parts:
        return schema
    merged: dict[str, Any] = {}
    own = {key: value for key, value in schema.items() if key != "allOf"}
    for part in (*(_with_parts(document, resolve(document, part)) for part in parts), own):
        properties = {**mapping(merged.get("properties")), **mapping(part.get("properties"))}
        required = list(dict.fromkeys([*sequence(merged.get("required")), *sequence(part.get("required"))]))
        merged = {**merged, **part}
        if properties:
            merged["properties"] = properties
        if required:
            merged["required"] = required
    return merged


def _type_of(schema: Json) -> str:
    if isinstance(schema.get("type"), str):
        return str(schema["type"])
    values = [schema["const"]] if "const" in schema else sequence(schema.get("enum"))
    kinds = {_type_of_value(value) for value in values}
    if len(kinds) == 1:
        return kinds.pop()
    return next((kind for keyword, kind in _IMPLIED if keyword in schema), "")


def _type_of_value(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = ((str, "string"), (int, "integer"), (float, "number"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "object")


def _fits(value: Any, kind: Any) -> bool:
    return _type_of_value(value) == kind or (kind == "number" and _type_of_value(value) == "integer")
