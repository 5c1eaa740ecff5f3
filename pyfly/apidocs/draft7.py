"""Schemas as AsyncAPI 3.0 reads them: JSON Schema draft 7, where OpenAPI 3.1 has draft 2020-12."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["as_draft7"]

_SCHEMAS_BY_NAME: Final = frozenset({"properties", "patternProperties", "definitions", "$defs", "dependentSchemas"})
_NESTED: Final = frozenset({dict, list})
_LISTS: Final = frozenset({"anyOf", "allOf", "oneOf"})
_SCHEMAS: Final = frozenset(
    {"additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else", "contentSchema"}
)


def as_draft7(schema: Any) -> Any:
    """Return a schema of draft 2020-12, as pydantic makes them, as one of draft 7.

    Tuples become lists of item schemas, and what stands beside a reference, which draft 7 would pass over, is kept by
    ``allOf``. OpenAPI's discriminator is left out: AsyncAPI's names schemas by the tag's value. The tags are
    constants in each schema already.
    """
    if not issubclass(type(schema), dict):  # a cast for each of a document's many parts takes its time
        return schema
    members: dict[str, Any] = schema
    converted: dict[str, Any] = {}
    for keyword, value in members.items():
        if type(value) not in _NESTED:
            converted[keyword] = value
        elif keyword in _SCHEMAS_BY_NAME:
            converted[keyword] = {name: as_draft7(each) for name, each in value.items()}
        elif keyword in _LISTS:
            converted[keyword] = [as_draft7(each) for each in value]
        elif keyword in _SCHEMAS:
            converted[keyword] = as_draft7(value)
        elif keyword not in ("discriminator", "prefixItems"):
            converted[keyword] = value
    if "prefixItems" in members:
        rest = converted.pop("items", None)
        converted["items"] = [as_draft7(each) for each in members["prefixItems"]]
        if rest is not None:
            converted["additionalItems"] = rest
    if "$ref" in converted and len(converted) > 1:
        converted = {"allOf": [{"$ref": converted.pop("$ref")}], **converted}
    return converted
