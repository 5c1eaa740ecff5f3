"""Pydantic's generator of JSON Schemas, as the documents want it: names, defaults, and what has no schema."""

from __future__ import annotations

import re
from math import isfinite
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, cast, get_args, get_origin

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, PydanticSerializationError, to_json

from pyfly.apidocs.infinities import holds_infinity
from pyfly.apidocs.set_order import in_order, order_values
from pyfly.apidocs.type_names import metadata_words, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic.json_schema import CoreModeRef, DefsRef, JsonSchemaValue, JsonSchemaWarningKind
    from pydantic_core.core_schema import (
        DecimalSchema,
        EnumSchema,
        FrozenSetSchema,
        LiteralSchema,
        ModelSchema,
        SetSchema,
        TaggedUnionSchema,
    )

__all__ = ["Definitions", "Mode", "classes_by_name", "component_name", "generate_schemas", "parts_of", "types_in"]

Mode = Literal["validation", "serialization"]
"""Whether a schema says what is accepted, or what is sent."""

Input = tuple[int, Mode, CoreSchema]
Definitions = tuple[dict[tuple[int, Mode], dict[str, Any]], dict[str, dict[str, Any]]]
"""Schemas by their keys, and the definitions they refer to by name."""

_LOCALS: Final = re.compile(r"<locals>\.")
_JSON_TYPES: Final = frozenset({type(None), bool, int, str})
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NUMBERED: Final = re.compile(r"(.+?)(?:-Input|-Output)?__\d+")
_ID: Final = re.compile(r":\d+")
_ARGUMENT: Final = re.compile(r"(?:[^\[\],]|\[(?:[^\[\]]|\[[^\]]*\])*\])+:(?P<id>\d+)")


def generate_schemas(inputs: Sequence[Input], annotations: Iterable[Any], *, template: str) -> Definitions:
    """Generate the schemas of types.

    Args:
        inputs: For each type its key, its mode and pydantic's schema of it.
        annotations: The types as they are written.
        template: What a reference looks like, with ``{model}`` for the name.
    """
    generator = _Generator(ref_template=template)
    generated = generator.generate_definitions(cast("Sequence[Any]", inputs))
    if ambiguous := _ambiguous((ref for ref, _ in generator.core_to_defs_refs), generated[1]):
        # Pydantic would number them, in the order in which they come.
        naming = generator = _NamingGenerator(ref_template=template)
        naming.ambiguous = ambiguous
        naming.types = {id(hint): hint for hint in types_in([*annotations, *(schema for _, _, schema in inputs)])}
        generated = generator.generate_definitions(cast("Sequence[Any]", inputs))
    schemas, definitions = cast("Definitions", generated)
    if generator.has_sets:
        for schema in (*schemas.values(), *definitions.values()):
            order_values(schema, definitions, template.partition("{")[0])
    return schemas, definitions


def component_name(name: str) -> str:
    """Return a type's name as the components of a document are named."""
    return _NOT_IN_NAME.sub("_", _LOCALS.sub("", without_metadata(name))).strip("_")


class _Generator(GenerateJsonSchema):
    """Pydantic's generator: without invented titles, names with dots, and content with types that have no schema.

    Attributes:
        has_sets: Whether there are sets in any type, whose items come in no order.
    """

    has_sets: bool = False
    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012  # as in the base

    def normalize_name(self, name: str) -> str:
        """Return a type's name as components of a document are named."""
        return component_name(name)

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        """Return a definition's key, without the metadata of a generic type's arguments."""
        ref, mode = core_mode_ref
        return super().get_defs_ref(cast("CoreModeRef", (without_metadata(ref), mode)))

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        """Return the schema of a model; its title has no metadata either."""
        written = super().model_schema(schema)
        if written.get("title") == schema["cls"].__name__:
            written["title"] = without_metadata(written["title"])
        return written

    def set_schema(self, schema: SetSchema) -> JsonSchemaValue:
        """Return the schema of a set, and note that there is one."""
        self.has_sets = True
        return super().set_schema(schema)

    def frozenset_schema(self, schema: FrozenSetSchema) -> JsonSchemaValue:
        """Return the schema of a set, and note that there is one."""
        self.has_sets = True
        return super().frozenset_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title that only repeats a field's name."""
        return False

    def literal_schema(self, schema: LiteralSchema) -> JsonSchemaValue:
        """Return the schema of a literal, with each value once: an enum's member and its value are one in JSON."""
        return _without_repeats(super().literal_schema(schema))

    def enum_schema(self, schema: EnumSchema) -> JsonSchemaValue:
        """Return the schema of an enum, with each value once."""
        return _without_repeats(super().enum_schema(schema))

    def tagged_union_schema(self, schema: TaggedUnionSchema) -> JsonSchemaValue:
        """Return the schema of a tagged union.

        The server wants the tag, also where it has a default. A function that tells members apart is none that clients
        could ask: what they send has to be one of the members, and may be like several.
        """
        written = super().tagged_union_schema(schema)
        if "discriminator" in written:
            written["required"] = [written["discriminator"]["propertyName"]]
        elif "oneOf" in written:
            written["anyOf"] = written.pop("oneOf")
        return written

    def decimal_schema(self, schema: DecimalSchema) -> JsonSchemaValue:
        """Return the schema of a decimal; the text that is sent has the format of one."""
        written = super().decimal_schema(schema)
        return {**written, "format": "decimal"} if written.get("type") == "string" else written

    def encode_default(self, dft: Any) -> Any:
        """Return a field's default as JSON data."""
        # pydantic makes an adapter for each; these are what they are.
        if type(dft) in _JSON_TYPES or (type(dft) is float and isfinite(dft)):
            return dft
        if type(dft) in (list, dict) and not dft:
            return type(dft)()
        if isinstance(dft, dict | list | tuple) and holds_infinity(dft):  # pydantic would write null
            raise PydanticSerializationError("JSON has neither infinities nor NaN")
        return super().encode_default(in_order(dft))

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
        """Admit anything where a type has no JSON Schema."""
        return {}

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order in which fields are declared."""
        return value


def _without_repeats(schema: JsonSchemaValue) -> JsonSchemaValue:
    values: list[Any] = schema.get("enum", [])
    found = {to_json(value): value for value in reversed(values)}
    if len(found) < len(values):
        schema["enum"] = list(reversed(found.values()))
    return schema


class _NamingGenerator(_Generator):
    """The same, for generic types that only the modules of their arguments tell apart.

    Attributes:
        ambiguous: References to generic types whose arguments are called alike, and are not the same.
        types: Types by their ids, which these references name.
    """

    ambiguous: frozenset[str] = frozenset()
    types: dict[int, Any] = {}  # noqa: RUF012  # replaced, not changed

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        """Return a definition's key, with the modules of a generic type's arguments where their names do not tell."""
        ref, mode = core_mode_ref
        if ref not in self.ambiguous:
            return super().get_defs_ref(core_mode_ref)
        origin, _, arguments = without_metadata(ref).removesuffix("]").partition("[")
        named = ",".join(self._named(match) for match in _ARGUMENT.finditer(arguments))
        return super().get_defs_ref(cast("CoreModeRef", (f"{origin}[{named}]", mode)))

    def _named(self, argument: re.Match[str]) -> str:
        number = int(argument["id"])
        return f"{_full_name(self.types[number])}:{number}" if number in self.types else argument[0].strip(", ")


def _ambiguous(refs: Iterable[str], definitions: Iterable[str]) -> frozenset[str]:
    """Return the references to generic types that only numbers tell apart."""
    numbered = {match[1] for match in map(_NUMBERED.fullmatch, definitions) if match}
    return frozenset(
        ref
        for ref in refs
        if numbered and "[" in ref and component_name(_ID.sub("", without_metadata(ref))) in numbered
    )


def types_in(value: Any) -> Iterator[Any]:
    """Yield types and their arguments, and those that pydantic's schemas name, however deep."""
    if isinstance(value, dict):
        for member in cast("Any", value).values():
            yield from types_in(member)
    elif isinstance(value, list | tuple):
        for item in cast("Any", value):
            yield from types_in(item)
    elif isinstance(value, type) or get_args(value):
        yield value
        yield from types_in(parts_of(value)[1])


def classes_by_name(types: Iterable[Any]) -> dict[str, type]:
    """Return the classes in types, and in pydantic's schemas of them, by the names that definitions may have.

    Args:
        types: The types.
    """
    classes: dict[str, type] = {}
    for cls in types_in(list(types)):
        if isinstance(cls, type):
            for name in (cls.__qualname__, f"{cls.__module__}.{cls.__qualname__}"):
                classes.setdefault(component_name(name), cls)
    return classes


def parts_of(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without its arguments, and these; a pydantic model is a class of its own for each of them."""
    metadata = getattr(hint, "__pydantic_generic_metadata__", None)
    if metadata and metadata["origin"]:
        return metadata["origin"], metadata["args"]
    return get_origin(hint) or hint, get_args(hint)


def _full_name(hint: Any) -> str:
    origin, arguments = parts_of(hint)
    if origin is Annotated:
        name, words = _full_name(arguments[0]), "_".join(metadata_words(hint.__metadata__))
        return f"{name}{words}" if not words or name.endswith("]") else f"{name}_{words}"
    names = [_full_name(argument) for argument in arguments]
    if origin in (Union, UnionType):
        return f"Union[{','.join(names)}]"
    if not isinstance(origin, type):
        return str(origin)
    name = origin.__qualname__ if origin.__module__ == "builtins" else f"{origin.__module__}.{origin.__qualname__}"
    return f"{name}[{','.join(names)}]" if names else name
