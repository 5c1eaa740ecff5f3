"""One table of JSON Schemas for all types of a document, each model defined once under a readable name."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal, cast, final

from pydantic import PydanticUndefinedAnnotation, PydanticUserError, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaError

from pyfly.apidocs.docstrings import parse_docstring, prose_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.json_schema import JsonSchemaValue, JsonSchemaWarningKind
    from pydantic_core.core_schema import CoreSchema

__all__ = ["Mode", "SchemaTable", "SchemaUse"]

Mode = Literal["validation", "serialization"]
"""Whether a schema says what is accepted, or what is sent."""

PREFIX: Final = "#/components/schemas/"
_LOCALS: Final = re.compile(r"<locals>\.")
_SIMPLE: Final = frozenset({"int", "float", "str", "bool"})
_JSON_TYPES: Final = frozenset({type(None), bool, int, str})
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


@final
class SchemaUse:
    """One place where a document needs the schema of a type; it is there once the table has been generated."""

    __slots__ = ("_adapter", "_key", "_table", "annotation", "mode")

    def __init__(self, table: SchemaTable, key: int, annotation: Any, adapter: TypeAdapter[Any], mode: Mode) -> None:
        self.annotation: Final = annotation
        self.mode: Final[Mode] = mode
        self._adapter = adapter
        self._key = key
        self._table = table

    @property
    def adapter(self) -> TypeAdapter[Any]:
        """What validates and writes values of the type."""
        return self._adapter

    def schema(self) -> dict[str, Any]:
        """Return the schema, as a copy of its own."""
        return self._table.schema(self._key, self.mode)

    def definition(self) -> dict[str, Any]:
        """Return the schema, or what it refers to where it is nothing but a reference; not to be changed."""
        return self._table.resolved(self._table.peek(self._key, self.mode))

    @property
    def name(self) -> str | None:
        """The name it is defined under, or None for a schema that stands where it is used."""
        reference: str | None = self._table.peek(self._key, self.mode).get("$ref")
        return None if reference is None else reference.removeprefix(PREFIX)


@final
class SchemaTable:
    """Gathers the types of a document, and generates their schemas in one go.

    Models of one name keep it while their schemas are alike. Else those that are both accepted and sent are told apart
    as ``Order-Input`` and ``Order-Output``, and those of different modules as ``shop.orders.Order``.
    """

    __slots__ = ("_equals", "_inputs", "_kept", "_named", "_schemas", "_simple", "_uses", "definitions")

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._uses: dict[tuple[int, Mode], SchemaUse | None] = {}
        self._equals: dict[tuple[Any, Mode], SchemaUse | None] = {}
        self._simple: dict[tuple[str, Mode], SchemaUse] = {}
        self._inputs: list[tuple[int, Mode, CoreSchema]] = []
        self._kept: list[Any] = []
        self._schemas: dict[tuple[int, Mode], dict[str, Any]] = {}
        self.definitions: dict[str, dict[str, Any]] = {}

    def use(self, annotation: Any, mode: Mode, adapter: TypeAdapter[Any] | None = None) -> SchemaUse | None:
        """Note that a document needs the schema of a type; None when pydantic knows nothing of the type.

        Args:
            annotation: The type.
            mode: Whether values are accepted or sent.
            adapter: The type's adapter, where there is one already.
        """
        key = id(annotation), mode
        if key not in self._uses:
            self._kept.append(annotation)  # so that its identity stays its own
            self._uses[key] = self._equal(annotation, mode, adapter)
        return self._uses[key]

    def _equal(self, annotation: Any, mode: Mode, adapter: TypeAdapter[Any] | None) -> SchemaUse | None:
        """Return what was noted of an equal type, or note this one."""
        comparable = True
        try:
            if (annotation, mode) in self._equals:
                return self._equals[annotation, mode]
        except TypeError:  # metadata that cannot be hashed
            comparable = False
        adapter = adapter or _adapter_of(annotation)
        use = None if adapter is None else self._noted(annotation, mode, adapter)
        if comparable:
            self._equals[annotation, mode] = use
        return use

    def _noted(self, annotation: Any, mode: Mode, adapter: TypeAdapter[Any]) -> SchemaUse:
        number = len(self._inputs)
        use = SchemaUse(self, number, annotation, adapter, mode)
        # Constraints of numbers and texts stand at each parameter anew, and many are alike.
        alike = _text_of(adapter.core_schema)
        if alike is not None and self._simple.setdefault((alike, mode), use) is not use:
            return self._simple[alike, mode]
        self._inputs.append((number, mode, adapter.core_schema))
        return use

    def generate(self) -> None:
        """Generate the schemas of all types noted."""
        generator = _Generator(ref_template=f"{PREFIX}{{model}}")
        schemas, definitions = generator.generate_definitions(cast("Sequence[Any]", self._inputs))
        self._schemas = cast("Any", schemas)
        self.definitions = {name: _described(definitions[cast("Any", name)]) for name in sorted(map(str, definitions))}

    def peek(self, key: int, mode: Mode) -> dict[str, Any]:
        """Return a schema, not to be changed."""
        return self._schemas[key, mode]

    def schema(self, key: int, mode: Mode) -> dict[str, Any]:
        """Return a copy of a schema."""
        schema: dict[str, Any] = self.copy(self._schemas[key, mode])
        return schema

    def copy(self, schema: Any) -> Any:
        """Return a copy of a schema to be put into the document, which shares nothing with another place."""
        if isinstance(schema, dict):
            members = cast("dict[str, Any]", schema)
            reference = members.get("$ref")
            if isinstance(reference, str):
                self._named.add(reference.removeprefix(PREFIX))
            return {
                name: self.copy(member) if isinstance(member, dict | list) else member
                for name, member in members.items()
            }
        if isinstance(schema, list):
            return [self.copy(item) for item in cast("Any", schema)]
        return schema

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return what a schema refers to, or the schema itself."""
        while len(schema) == 1 and "$ref" in schema:
            schema = self.definitions[schema["$ref"].removeprefix(PREFIX)]
        return schema

    def components(self) -> dict[str, dict[str, Any]]:
        """Return the definitions that schemas in the document refer to, in alphabetical order."""
        found: set[str] = set()
        waiting = list(self._named)
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.definitions:
                found.add(name)
                waiting.extend(_references_in(self.definitions[name]))
        # Examples and defaults in them may be the author's own objects.
        return {name: self.copy(self.definitions[name]) for name in self.definitions if name in found}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator: without invented titles, names with dots, and content with types that have no schema."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012  # as in the base

    def normalize_name(self, name: str) -> str:
        """Return a type's name as components of a document are named."""
        return _NOT_IN_NAME.sub("_", _LOCALS.sub("", name)).strip("_")

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title that only repeats a field's name."""
        return False

    def encode_default(self, dft: Any) -> Any:
        """Return a field's default as JSON data."""
        # pydantic makes an adapter for each; these are what they are.
        if type(dft) in _JSON_TYPES or (type(dft) is float and isfinite(dft)):
            return dft
        if type(dft) in (list, dict) and not dft:
            return type(dft)()
        return super().encode_default(dft)

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> JsonSchemaValue:
        """Admit anything where a type has no JSON Schema."""
        return {}

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """Keep the order in which fields are declared."""
        return value


def _text_of(schema: Any) -> str | None:
    """Return a pydantic schema of a number or text, perhaps nullable, as text; None for other schemas."""
    inner = schema["schema"] if schema["type"] == "nullable" else schema
    return repr(schema) if inner["type"] in _SIMPLE else None


def _described(definition: dict[str, Any]) -> dict[str, Any]:
    """Take a model's docstring apart: what it says of attributes goes to the properties that have no description."""
    text = definition.get("description")
    if not isinstance(text, str) or "\n" not in text:
        return definition
    docstring = parse_docstring(text)
    if description := prose_of(docstring):
        definition["description"] = description
    else:
        del definition["description"]
    properties: dict[str, Any] = definition.get("properties", {})
    for name, told in docstring.attributes.items():
        if name in properties:
            properties[name].setdefault("description", told)
    return definition


def _references_in(value: Any) -> Iterator[str]:
    """Yield the names of the components that a schema refers to."""
    if isinstance(value, dict):
        for name, member in cast("dict[str, Any]", value).items():
            if name == "$ref" and isinstance(member, str):
                yield member.removeprefix(PREFIX)
            else:
                yield from _references_in(member)
    elif isinstance(value, list):
        for item in cast("Any", value):
            yield from _references_in(item)


def _adapter_of(annotation: Any) -> TypeAdapter[Any] | None:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        if not adapter.pydantic_complete:
            adapter.rebuild(raise_errors=True)
    except (PydanticUserError, PydanticUndefinedAnnotation, SchemaError, TypeError):
        return None
    return adapter
