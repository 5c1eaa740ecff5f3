"""Examples: those that authors give, written as JSON, and plausible ones made up from schemas."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from math import inf
from typing import TYPE_CHECKING, Any, Final, cast, final

from pydantic_core import PydanticSerializationError, from_json, to_json, to_jsonable_python

from pyfly.apidocs.error_texts import told_errors
from pyfly.apidocs.infinities import holds_infinity
from pyfly.apidocs.schema_validators import errors_of
from pyfly.apidocs.schemas import PREFIX
from pyfly.apidocs.set_order import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

    from pyfly.apidocs.schemas import SchemaUse

__all__ = ["ExampleMaker", "example_faults", "written"]

_TEXTS: Final[Mapping[str, str]] = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00",
    "duration": "PT1H",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "ipv4network": "192.0.2.0/24",
    "ipv6network": "2001:db8::/32",
    "ipv4interface": "192.0.2.1/24",
    "ipv6interface": "2001:db8::1/32",
    "decimal": "1.5",
    "json-string": "null",
    "uri": "https://example.com/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "binary": "",
}
_DEEPEST: Final = 8
_PLAIN: Final = frozenset(
    {"$ref", "additionalProperties", "anyOf", "const", "deprecated", "description", "enum", "format", "items"}
    | {"minItems", "minLength", "properties", "required", "title", "type"}
)
"""Keywords that a made-up value always keeps to."""
_DEFAULTED: Final = frozenset(
    {"additionalProperties", "default", "deprecated", "description", "items", "title", "type"}
)
_TYPES: Final[Mapping[str, type]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
}
_NESTED: Final = frozenset({"array", "object"})
_UNKNOWN: Final[Sequence[ErrorDetails]] = (
    {"type": "unknown", "loc": (), "msg": "Its type's own code fails", "input": None},
)
"""What is found of a made-up value of which nobody knows whether it is right."""


def example_faults(use: SchemaUse, value: Any, *, unknown: Sequence[ErrorDetails] = ()) -> list[str]:
    """Return what keeps JSON data, or an object, from being an example of a type; nothing when it is one.

    What is sent has to be as the document says. What is accepted has to be accepted by the server as well, which reads
    it as it reads what clients send.

    Args:
        use: The type.
        value: The example.
        unknown: What to return where the type's own code fails, so that nothing is said of the example.
    """
    if holds_infinity(to_jsonable_python(value, by_alias=True, fallback=str)):
        return ["JSON has neither infinities nor NaN"]
    if isinstance(value, bytes):  # they have no form in JSON, so no schema says anything of them
        return told_errors(errors_of(use.adapter, value, unknown=unknown))
    data = written(use, value)
    return told_errors(_refusals(use, data, unknown) or errors_of(use.validator, data))


def written(use: SchemaUse | None, value: Any) -> Any:
    """Return an example as JSON data; models, dates and the like are written as they are sent.

    What is accepted is written without computed fields, which nobody gives.
    """
    data = _as_json(use, in_order(value))
    return data if use is None else use.in_order(data)


def _as_json(use: SchemaUse | None, value: Any) -> Any:
    accepted = use is not None and use.mode == "validation"
    if use is not None and not isinstance(value, dict | list | str | int | float | bool | None):
        with suppress(PydanticSerializationError):
            return from_json(use.adapter.dump_json(value, by_alias=True, round_trip=accepted, warnings=False))
    return to_jsonable_python(value, by_alias=True, round_trip=accepted, fallback=str, inf_nan_mode="null")


def _refusals(use: SchemaUse, data: Any, unknown: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Return what the server says of JSON data that it takes."""
    return errors_of(use.adapter, data, json=to_json(data), unknown=unknown) if use.mode == "validation" else []


@final
class ExampleMaker:
    """Makes up examples of schemas.

    Args:
        definitions: What the schemas refer to, by name.
    """

    __slots__ = ("_above", "_definitions", "_is_plain")

    def __init__(self, definitions: Mapping[str, dict[str, Any]]) -> None:
        self._definitions = definitions
        self._is_plain = True
        self._above: float | None = None

    def example_of(self, use: SchemaUse) -> tuple[Any, ...]:
        """Return an example of a type, or nothing where none that validates can be made up."""
        value, faults = self._attempt(use)
        if faults:  # the server may want one number to be above another
            self._above = -inf
            value, faults = self._attempt(use)
            self._above = None
        return () if faults else (deepcopy(value),)  # parts of it may stand in schemas

    def _attempt(self, use: SchemaUse) -> tuple[Any, Sequence[object]]:
        """Return a value, and what keeps it from being one of the type."""
        self._is_plain = True
        value = self.value(use.schema())
        # What was made of plain schemas alone is as they say.
        if self._is_plain:
            return value, _refusals(use, value, _UNKNOWN)
        return value, example_faults(use, value, unknown=_UNKNOWN)

    def value(self, schema: Any, depth: int = 0) -> Any:
        """Return a value that a schema plausibly admits."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            self._is_plain = False
            return None
        members = cast("dict[str, Any]", schema)
        if not _is_plain(members):
            self._is_plain = False
        if "$ref" in members:
            return self.value(self._resolved(members), depth + 1)
        if members.get("examples"):
            return members["examples"][0]
        for keyword in ("example", "const", "default"):
            if members.get(keyword) is not None:
                return members[keyword]
        if members.get("enum"):
            return members["enum"][0]
        for keyword in ("anyOf", "oneOf"):
            if keyword in members:
                return self._chosen(members, _best(members[keyword]), depth)
        if "allOf" in members:
            return self.value(members["allOf"][0], depth + 1)
        return self._by_type(members, depth)

    def _chosen(self, schema: dict[str, Any], choice: dict[str, Any], depth: int) -> Any:
        """Return a value of one choice, with what the union needs besides: the tag, which may have a default there."""
        value = self.value(choice, depth)
        needed = schema.get("required", ())
        if not needed or not isinstance(value, dict):
            return value
        fields = self._resolved(choice).get("properties", {})
        tags = {name: self.value(fields[name], depth) for name in needed if name in fields and name not in value}
        return {**tags, **cast("dict[str, Any]", value)}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self._definitions.get(schema.get("$ref", "").removeprefix(PREFIX), schema)

    def _by_type(self, schema: dict[str, Any], depth: int) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return _text(schema)
            case "integer":
                return int(self._number(schema, 1))
            case "number":
                return self._number(schema, 0.5)
            case "boolean":
                return True
            case _:
                return None

    def _number(self, schema: dict[str, Any], step: float) -> float:
        number = _number(schema, step)
        if self._above is None:
            return number
        multiple: float = schema.get("multipleOf", 1)
        steps = 0 if number > self._above else (self._above - number) // multiple + 1
        higher: float = number + steps * multiple
        if higher > schema.get("maximum", higher) or higher >= schema.get("exclusiveMaximum", inf):
            return number
        self._above = higher
        return higher

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            name: self.value(field, depth + 1)
            for name, field in schema.get("properties", {}).items()
            if name in required or depth < 2
        }

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.value(item, depth + 1) for item in schema["prefixItems"]]
        count = max(schema.get("minItems", 0), 1 if depth < 2 else 0)
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]


def _is_plain(schema: dict[str, Any]) -> bool:
    """Tell whether what is made up for a schema is always as the schema says."""
    kind = schema.get("type", "")
    if not isinstance(kind, str):
        return False
    if schema.keys() <= _PLAIN:
        return True
    default = schema.get("default")
    if default is None:  # another value is made up
        return schema.keys() - _PLAIN == {"default"}
    return schema.keys() <= _DEFAULTED and type(default) is _TYPES.get(kind) and (kind not in _NESTED or not default)


def _best(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return next((choice for choice in choices if choice.get("type") != "null"), choices[0])


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format") in _TEXTS:
        return _TEXTS[schema["format"]]
    shortest = schema.get("minLength", 0)
    text = "text" if shortest <= len("text") else "text " * (shortest // 5 + 1)
    return text[: max(shortest, min(len("text"), schema.get("maxLength", len("text"))))]


def _number(schema: dict[str, Any], step: float) -> float:
    """Return the least number that a schema admits, or a small one."""
    if "minimum" in schema:
        least = schema["minimum"]
    elif "exclusiveMinimum" in schema:
        least = schema["exclusiveMinimum"] + step
    else:
        least = min(step, schema.get("maximum", step), schema.get("exclusiveMaximum", step + 1) - step)
    multiple = schema.get("multipleOf")
    number: float = -(-least // multiple) * multiple if multiple else least
    return number
