"""JSON Schemas as pydantic's validators: whether a value is what a document says, and if not, where and why."""

from __future__ import annotations

import logging
import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import TYPE_CHECKING, Any, Final, cast, final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError, SchemaValidator, core_schema, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic import TypeAdapter
    from pydantic_core import CoreConfig, CoreSchema, ErrorDetails

__all__ = ["errors_of", "validator_of"]

_LOGGER: Final = logging.getLogger("pyfly.apidocs")

_CONFIG: Final[CoreConfig] = {"regex_engine": "python-re"}
"""The other engine has no look-around, which pydantic's own pattern of decimals needs."""

_FORMATS: Final[Mapping[str, CoreSchema]] = {
    "date": core_schema.date_schema(),
    "date-time": core_schema.datetime_schema(),
    "time": core_schema.time_schema(),
    "duration": core_schema.timedelta_schema(),
    "uuid": core_schema.uuid_schema(),
    "uri": core_schema.url_schema(),
    "decimal": core_schema.decimal_schema(),
    "ipv4": core_schema.no_info_plain_validator_function(IPv4Address),
    "ipv6": core_schema.no_info_plain_validator_function(IPv6Address),
    "ipv4network": core_schema.no_info_plain_validator_function(IPv4Network),
    "ipv6network": core_schema.no_info_plain_validator_function(IPv6Network),
    "ipv4interface": core_schema.no_info_plain_validator_function(IPv4Interface),
    "ipv6interface": core_schema.no_info_plain_validator_function(IPv6Interface),
}
_LENGTHS: Final = {"minLength": "min_length", "maxLength": "max_length"}
_COUNTS: Final = {"minItems": "min_length", "maxItems": "max_length"}
_SIZES: Final = {"minProperties": "min_length", "maxProperties": "max_length"}
_BOUNDS: Final = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}


def validator_of(schema: Mapping[str, Any], definitions: Mapping[str, dict[str, Any]], prefix: str) -> SchemaValidator:
    """Return what tells whether JSON data is as a schema of draft 2020-12 says.

    It knows the keywords that pydantic writes; others, which authors may add by hand, refuse nothing. Unlike pydantic's
    validator of a type it takes values as they are: a text is no number.

    Args:
        schema: The schema.
        definitions: What it refers to, by name.
        prefix: What stands before the name in a reference.
    """
    return SchemaValidator(_Compiler(definitions, prefix).whole(schema), _CONFIG)


def errors_of(
    validator: SchemaValidator | TypeAdapter[Any],
    value: Any,
    *,
    json: bytes | None = None,
    unknown: Sequence[ErrorDetails] = (),
) -> list[ErrorDetails]:
    """Return what a validator says of a value, each with its place; empty when nothing is wrong.

    Args:
        validator: What to ask.
        value: A value of Python's.
        json: The same as JSON, to be read instead.
        unknown: What to return where a type's own code fails, so that nothing is said of the value.
    """
    try:
        if json is None:
            validator.validate_python(value)
        else:
            validator.validate_json(json)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    except Exception:  # such code may ask for what there is no sign of in a document
        _LOGGER.debug("%r fails on %r", validator, value, exc_info=True)
        return list(unknown)
    return []


@final
class _Compiler:
    """Writes schemas as pydantic's core knows them, each definition once."""

    def __init__(self, definitions: Mapping[str, dict[str, Any]], prefix: str) -> None:
        self._definitions = definitions
        self._prefix = prefix
        self._written: dict[str, CoreSchema] = {}

    def whole(self, schema: Mapping[str, Any]) -> CoreSchema:
        compiled = self.compiled(schema)
        if not self._written:
            return compiled
        return core_schema.definitions_schema(compiled, list(self._written.values()))

    def compiled(self, schema: Any) -> CoreSchema:
        if not isinstance(schema, dict):  # True; False stands only where further properties are forbidden
            return core_schema.any_schema()
        parts = list(self._parts(cast("dict[str, Any]", schema)))
        if len(parts) < 2:
            return parts[0] if parts else core_schema.any_schema()
        return core_schema.chain_schema(parts)

    def _parts(self, schema: dict[str, Any]) -> Iterator[CoreSchema]:
        """Yield what a value has to be, all at once; none of them gives out another value than it was given."""
        if "$ref" in schema:
            yield self._reference(schema["$ref"].removeprefix(self._prefix))
        kinds = schema.get("type")
        if isinstance(kinds, list):
            yield core_schema.union_schema([self._typed(kind, schema) for kind in cast("list[str]", kinds)])
        elif kinds is not None:
            yield self._typed(kinds, schema)
        if "const" in schema:
            yield _literal([schema["const"]])
        elif schema.get("enum"):
            yield _literal(schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield self._tagged(schema) or self._choice(schema[keyword])
        for each in schema.get("allOf", ()):
            yield self.compiled(each)

    def _reference(self, name: str) -> CoreSchema:
        if name not in self._written and name in self._definitions:
            self._written[name] = core_schema.any_schema()  # so that what refers to itself ends
            compiled = self.compiled(self._definitions[name])
            if compiled["type"] == "definition-ref":
                compiled = core_schema.chain_schema([compiled])
            self._written[name] = cast("CoreSchema", {**compiled, "ref": name})
        return core_schema.definition_reference_schema(name)

    def _tagged(self, schema: dict[str, Any]) -> CoreSchema | None:
        """Return a union whose members are told apart by a field, where each of them says what it has there."""
        tag = schema.get("discriminator", {}).get("propertyName")
        choices: dict[Any, CoreSchema] = {}
        for choice in schema.get("oneOf", ()) if tag else ():
            found = self._definitions.get(choice.get("$ref", "").removeprefix(self._prefix), choice)
            field = found.get("properties", {}).get(tag, {})
            values = [field["const"]] if "const" in field else field.get("enum", [])
            if not values:
                return None
            choices.update(dict.fromkeys(values, self.compiled(choice)))
        return core_schema.tagged_union_schema(choices, tag) if choices else None

    def _choice(self, choices: list[Any]) -> CoreSchema:
        others = [choice for choice in choices if choice != {"type": "null"}]
        if len(others) == 1:
            only = self.compiled(others[0])
        else:
            only = core_schema.union_schema([(self.compiled(each), self._label(each)) for each in others])
        return only if len(others) == len(choices) else core_schema.nullable_schema(only)

    def _label(self, schema: Any) -> str:
        """Return what a choice is called in the place of an error."""
        if not isinstance(schema, dict):
            return "value"
        schema = cast("dict[str, Any]", schema)
        return str(schema.get("$ref", "").removeprefix(self._prefix) or schema.get("type") or "value")

    def _typed(self, kind: str, schema: dict[str, Any]) -> CoreSchema:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return _text(schema)
            case "integer":
                bounded = core_schema.int_schema(strict=True, **_renamed(schema, _BOUNDS))
                return core_schema.no_info_before_validator_function(_whole_number, bounded)
            case "number":
                return core_schema.float_schema(strict=True, **_renamed(schema, _BOUNDS))
            case "boolean":
                return core_schema.bool_schema(strict=True)
            case _:
                return core_schema.none_schema()

    def _object(self, schema: dict[str, Any]) -> CoreSchema:
        required: Iterable[str] = schema.get("required", ())
        fields = {
            name: core_schema.typed_dict_field(self.compiled(each), required=name in required)
            for name, each in schema.get("properties", {}).items()
        }
        for name in required:
            fields.setdefault(name, core_schema.typed_dict_field(core_schema.any_schema()))
        further = True if "patternProperties" in schema else schema.get("additionalProperties", True)
        found: CoreSchema
        if further is False:
            found = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
        else:
            found = core_schema.typed_dict_schema(fields, extra_behavior="allow", extras_schema=self.compiled(further))
        sizes = _renamed(schema, _SIZES)
        if "patternProperties" in schema:
            patterns = [_matching(name, self.compiled(each)) for name, each in schema["patternProperties"].items()]
            found = core_schema.chain_schema([found, *patterns])
        if not sizes and "propertyNames" not in schema:
            return found
        keys = self.compiled(schema.get("propertyNames", True))
        return core_schema.chain_schema([found, core_schema.dict_schema(keys, **sizes)])

    def _array(self, schema: dict[str, Any]) -> CoreSchema:
        counts = _renamed(schema, _COUNTS)
        first = schema.get("prefixItems", [])
        rest = schema.get("items", True)
        if first:
            needed = schema.get("minItems", 0)
            items = [self.compiled(each) for each in first]
            items = [each if at < needed else _left_out(each) for at, each in enumerate(items)]
            if schema.get("maxItems") == len(first):
                return core_schema.tuple_schema(items)
            items.append(self.compiled(rest))
            return core_schema.tuple_schema(items, variadic_item_index=len(first), **counts)
        found = core_schema.list_schema(self.compiled(rest), **counts)
        if schema.get("uniqueItems") is True:
            return core_schema.no_info_after_validator_function(_without_equals, found)
        return found


def _left_out(item: CoreSchema) -> CoreSchema:
    """Return the schema of a tuple's item that need not be there."""
    return core_schema.with_default_schema(item, default=None)


def _matching(pattern: str, values: CoreSchema) -> CoreSchema:
    """Return the schema of an object whose fields with names like a pattern are what another schema says."""
    try:
        name = re.compile(pattern)
    except re.error:  # of another engine's syntax
        return core_schema.any_schema()

    def check(found: dict[str, Any], handler: core_schema.ValidatorFunctionWrapHandler) -> dict[str, Any]:
        handler({key: value for key, value in found.items() if name.search(key)})
        return found

    return core_schema.no_info_wrap_validator_function(check, core_schema.dict_schema(values_schema=values))


def _literal(values: list[Any]) -> CoreSchema:
    expected = " or ".join(to_json(value).decode() for value in values)

    def check(value: Any) -> Any:
        # To Python, True is 1; to JSON it is not.
        if not any(value == each and isinstance(value, bool) is isinstance(each, bool) for each in values):
            raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
        return value

    return core_schema.no_info_plain_validator_function(check)


def _text(schema: dict[str, Any]) -> CoreSchema:
    pattern = schema.get("pattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error:  # of another engine's syntax
            pattern = None
    found = core_schema.str_schema(strict=True, pattern=pattern, **_renamed(schema, _LENGTHS))
    inner = _FORMATS.get(schema.get("format", ""))
    if inner is None:
        return found
    validator = SchemaValidator(inner)

    def check(value: str) -> str:
        validator.validate_python(value)
        return value

    return core_schema.no_info_after_validator_function(check, found)


def _whole_number(value: Any) -> Any:
    """Return a float without a fraction as the integer that it is in JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_equals(items: list[Any]) -> list[Any]:
    if len({to_json(item) for item in items}) < len(items):
        raise PydanticCustomError("unique_items", "Items should differ from each other")
    return items


def _renamed(schema: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {own: schema[keyword] for keyword, own in names.items() if keyword in schema}
