"""Sets in defaults and examples: Python goes through them in another order in each process, documents in one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["in_order", "order_values"]

_CHOICES: Final = ("anyOf", "oneOf", "allOf")
_SCHEMAS_BY_NAME: Final = ("properties", "patternProperties", "$defs")
_SCHEMAS: Final = ("items", "additionalProperties", "propertyNames", "not")


def in_order(
    value: Any, schema: Any = None, definitions: Mapping[str, Any] = MappingProxyType({}), prefix: str = ""
) -> Any:
    """Return a value with its sets as lists, sorted by their items' JSON text; other values are returned as they are.

    Args:
        value: Python's data or JSON's. In the latter, lists are sets where the schema forbids two items that are alike.
        schema: What is known of the value; without it, only Python's sets are known.
        definitions: What the schema refers to, by name.
        prefix: What stands before the name in a reference.
    """
    if not isinstance(value, list | tuple | dict | set | frozenset):
        return value
    found: dict[str, Any] = cast("Any", schema) if isinstance(schema, dict) else {}
    if "$ref" in found:
        value = in_order(value, definitions.get(found["$ref"].removeprefix(prefix)), definitions, prefix)
    for keyword in _CHOICES:
        for choice in found.get(keyword, ()):
            value = in_order(value, choice, definitions, prefix)
    if isinstance(value, dict):
        fields, rest = found.get("properties", {}), found.get("additionalProperties")
        return {
            name: in_order(each, fields.get(name, rest), definitions, prefix)
            for name, each in cast("Any", value).items()
        }
    first, rest = found.get("prefixItems", ()), found.get("items")
    items = [
        in_order(each, first[index] if index < len(first) else rest, definitions, prefix)
        for index, each in enumerate(cast("Iterable[Any]", value))
    ]
    is_set = isinstance(value, set | frozenset) or found.get("uniqueItems") is True
    return sorted(items, key=_text_of) if is_set else items


def order_values(schema: Any, definitions: Mapping[str, Any], prefix: str) -> None:
    """Bring the sets in the defaults and examples of a schema, and of those in it, into their order.

    Args:
        schema: The schema, which is changed.
        definitions: What it refers to, by name.
        prefix: What stands before the name in a reference.
    """
    if not isinstance(schema, dict):
        return
    members = cast("dict[str, Any]", schema)
    for keyword in ("default", "example"):
        if isinstance(members.get(keyword), list | dict | set | frozenset):
            members[keyword] = in_order(members[keyword], members, definitions, prefix)
    if isinstance(members.get("examples"), list):
        members["examples"] = [in_order(each, members, definitions, prefix) for each in members["examples"]]
    for keyword in (*_CHOICES, "prefixItems"):
        for each in members.get(keyword, ()):
            order_values(each, definitions, prefix)
    for keyword in _SCHEMAS_BY_NAME:
        for each in members.get(keyword, {}).values():
            order_values(each, definitions, prefix)
    for keyword in _SCHEMAS:
        order_values(members.get(keyword), definitions, prefix)


def _text_of(item: Any) -> bytes:
    return to_json(item, fallback=str)
