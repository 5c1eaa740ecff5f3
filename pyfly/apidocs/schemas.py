"""One table of JSON Schemas for all types of a document, each model defined once under a readable name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast, final

from pydantic import AliasChoices

from pyfly.apidocs.docstrings import parse_docstring, prose_of
from pyfly.apidocs.generator import Definitions, Mode, classes_by_name, generate_schemas
from pyfly.apidocs.infinities import holds_infinity, without_infinities
from pyfly.apidocs.own_examples import example_errors, sift_schemas, sift_values
from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.apidocs.set_order import in_order
from pyfly.apidocs.twins import joined_names, renamed
from pyfly.web.type_adapters import TypeAdapterError, new_adapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import TypeAdapter
    from pydantic_core import SchemaValidator
    from pydantic_core.core_schema import CoreSchema

    from pyfly.apidocs.errors import DocumentationError
    from pyfly.apidocs.own_examples import WrongExample

__all__ = ["Mode", "SchemaTable", "SchemaUse"]

PREFIX: Final = "#/components/schemas/"
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})
_REFERENCE: Final = frozenset({"$ref"})
_SIMPLE: Final = frozenset({"int", "float", "str", "bool"})


@final
class SchemaUse:
    """One place where a document needs the schema of a type; it is there once the table has been generated."""

    __slots__ = ("_adapter", "_admitted", "_key", "_table", "_validator", "annotation", "mode")

    def __init__(self, table: SchemaTable, key: int, annotation: Any, adapter: TypeAdapter[Any], mode: Mode) -> None:
        self.annotation: Final = annotation
        self.mode: Final[Mode] = mode
        self._adapter = adapter
        self._admitted: set[tuple[type, Any]] = set()
        self._key = key
        self._table = table
        self._validator: SchemaValidator | None = None

    @property
    def adapter(self) -> TypeAdapter[Any]:
        """What validates and writes values of the type."""
        return self._adapter

    @property
    def validator(self) -> SchemaValidator:
        """What tells whether JSON data is as the schema says."""
        if self._validator is None:
            self._validator = validator_of(self.peek(), self._table.definitions, PREFIX)
        return self._validator

    def admits(self, value: bool | int | str) -> bool:
        """Tell whether a value is as the schema says; it is looked at once, for many places have the same default."""
        if (type(value), value) not in self._admitted:
            if errors_of(self.validator, value):
                return False
            self._admitted.add((type(value), value))
        return True

    def in_order(self, value: Any) -> Any:
        """Return a value of the type with its sets in the order in which documents have them."""
        return in_order(value, self.peek(), self._table.definitions, PREFIX)

    def wrong_examples(self) -> Sequence[WrongExample]:
        """Return the examples in the schema, but for those in models, that fit it neither as accepted nor as sent."""
        return self._table.wrong_examples(self._key, self.mode)

    def schema(self) -> dict[str, Any]:
        """Return the schema, as a copy of its own."""
        return self._table.schema(self._key, self.mode)

    def peek(self) -> dict[str, Any]:
        """Return the schema itself, not to be changed."""
        return self._table.peek(self._key, self.mode)

    def definition(self) -> dict[str, Any]:
        """Return the schema, or what it refers to where it is nothing but a reference; not to be changed."""
        return self._table.resolved(self.peek())

    @property
    def name(self) -> str | None:
        """The name it is defined under, or None for a schema that stands where it is used."""
        reference: str | None = self.peek().get("$ref")
        return None if reference is None else reference.removeprefix(PREFIX)


@final
class SchemaTable:
    """Gathers the types of a document, and generates their schemas in one go.

    Models of one name keep it while their schemas are alike. Else those that are both accepted and sent are told apart
    as ``Order-Input`` and ``Order-Output``, and those of different modules as ``shop.orders.Order``. Generic ones whose
    arguments have one name are told apart by the modules of these, as ``shop.Page_shop.orders.Order``.

    Attributes:
        definitions: The schemas that others refer to, by name.
        has_wrong_examples: Whether any schema that stands where it is used has an example that fits nowhere.
    """

    __slots__ = (
        "_equals",
        "_hints",
        "_inputs",
        "_kept",
        "_named",
        "_schemas",
        "_simple",
        "_uses",
        "_wrong",
        "_wrong_inline",
        "definitions",
        "has_wrong_examples",
    )

    def __init__(self) -> None:
        self._named: set[str] = set()
        self._uses: dict[tuple[int, Mode], SchemaUse | None] = {}
        self._equals: dict[tuple[Any, Mode], SchemaUse | None] = {}
        self._simple: dict[tuple[str, Mode], SchemaUse] = {}
        self._inputs: list[tuple[int, Mode, CoreSchema]] = []
        self._hints: list[Any] = []
        self._kept: list[Any] = []
        self._schemas: dict[tuple[int, Mode], dict[str, Any]] = {}
        self._wrong: list[WrongExample] = []
        self._wrong_inline: dict[tuple[int, Mode], list[WrongExample]] = {}
        self.definitions: dict[str, dict[str, Any]] = {}
        self.has_wrong_examples: bool = False

    def use(self, annotation: Any, mode: Mode, adapter: TypeAdapter[Any] | None = None) -> SchemaUse | None:
        """Note that a document needs the schema of a type; None when pydantic knows nothing of the type.

        Args:
            annotation: The type.
            mode: Whether values are accepted or sent.
            adapter: The type's adapter, where there is one already.
        """
        # Parameters that are alike share an adapter, though each has an annotation of its own.
        key = id(annotation if adapter is None else adapter), mode
        if key not in self._uses:
            self._kept += (annotation, adapter)  # so that their identities stay their own
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
        self._hints.append(annotation)
        return use

    def generate(self) -> None:
        """Generate the schemas of all types noted."""
        schemas, definitions = generate_schemas(self._inputs, self._kept, template=f"{PREFIX}{{model}}")
        if names := joined_names(definitions, PREFIX):
            schemas = {key: renamed(schema, names) for key, schema in schemas.items()}
            definitions = {
                names.get(f"{PREFIX}{name}", name).removeprefix(PREFIX): renamed(definition, names)
                for name, definition in definitions.items()
            }
        if holds_infinity([*schemas.values(), *definitions.values()]):
            schemas = {key: without_infinities(schema) for key, schema in schemas.items()}
            definitions = {name: without_infinities(schema) for name, schema in definitions.items()}
        self._schemas = schemas
        self.definitions = {name: definitions[name] for name in sorted(definitions)}
        self._describe()
        for definition in self.definitions.values():
            if "required" in definition:  # fields of one name are one in JSON
                definition["required"] = list(dict.fromkeys(definition["required"]))
        wrong, right = sift_values(self.definitions, PREFIX)
        wrong_inline, right_inline = sift_schemas(self._inline(schemas), self.definitions, PREFIX)
        if wrong or wrong_inline:
            # A type has the same examples as it is accepted and as it is sent; the document may show one of the two.
            others, definitions = self._generate_others()
            right |= sift_values(definitions, PREFIX)[1]
            right_inline |= sift_schemas(self._inline(others), definitions, PREFIX)[1]
        self._wrong = [example for found, example in wrong.items() if found not in right]
        self._wrong_inline = {
            key: [example for found, example in examples.items() if found not in right_inline]
            for key, examples in wrong_inline.items()
        }
        self.has_wrong_examples = any(self._wrong_inline.values())

    def _inline(self, schemas: dict[tuple[int, Mode], dict[str, Any]]) -> list[tuple[Any, Any, dict[str, Any]]]:
        return [(key, self._hints[key[0]], schema) for key, schema in schemas.items() if schema.keys() != _REFERENCE]

    def _generate_others(self) -> Definitions:
        """Generate the schemas of the same types for the other direction."""
        inputs: list[tuple[int, Mode, CoreSchema]] = [
            (number, _other(mode), schema) for number, mode, schema in self._inputs
        ]
        return generate_schemas(inputs, self._kept, template=f"{PREFIX}{{model}}")

    def _describe(self) -> None:
        """Give models and their fields what the docstrings say of them, also where fields have other names in JSON."""
        classes: dict[str, type] = {}
        for name, definition in self.definitions.items():
            for field, told in _take_apart(definition).items():
                classes = classes or classes_by_name(self._types())
                properties: dict[str, Any] = definition.get("properties", {})
                model = classes.get(name.removesuffix("-Input").removesuffix("-Output"))
                for alias in _aliases_of(model, field):
                    if alias in properties:
                        properties[alias].setdefault("description", told)

    def _types(self) -> list[Any]:
        return [*self._kept, *(schema for _, _, schema in self._inputs)]

    def faults(self) -> Iterator[DocumentationError]:
        """Yield an error for each example of a model that fits it neither as it is accepted nor as it is sent."""
        return example_errors(self._wrong, self._types())

    def wrong_examples(self, key: int, mode: Mode) -> Sequence[WrongExample]:
        """Return the examples of a schema that stands where it is used that fit nowhere."""
        return self._wrong_inline.get((key, mode), ())

    def peek(self, key: int, mode: Mode) -> dict[str, Any]:
        """Return a schema, not to be changed."""
        return self._schemas[key, mode]

    def schema(self, key: int, mode: Mode) -> dict[str, Any]:
        """Return a copy of a schema."""
        schema: dict[str, Any] = self.copy(self._schemas[key, mode])
        return schema

    def copy(self, schema: Any) -> Any:
        """Return a copy of a schema to be put into the document, which shares nothing with another place."""
        if issubclass(type(schema), dict):  # a cast for each of a document's many parts takes its time
            copied: dict[str, Any] = dict(schema)
            reference = copied.get("$ref")
            if isinstance(reference, str):
                self._named.add(reference.removeprefix(PREFIX))
            for name, member in copied.items():
                if type(member) not in _SCALARS:
                    copied[name] = self.copy(member)
            return copied
        if issubclass(type(schema), list):
            return [item if type(item) in _SCALARS else self.copy(item) for item in schema]
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


def _text_of(schema: Any) -> str | None:
    """Return a pydantic schema of a number or text, perhaps nullable, as text; None for other schemas."""
    inner = schema["schema"] if schema["type"] == "nullable" else schema
    return repr(schema) if inner["type"] in _SIMPLE else None


def _take_apart(definition: dict[str, Any]) -> dict[str, str]:
    """Take a model's docstring apart, and give its properties what it says of attributes; return what is left over."""
    text = definition.get("description")
    if not isinstance(text, str) or "\n" not in text:
        return {}
    docstring = parse_docstring(text)
    if description := prose_of(docstring):
        definition["description"] = description
    else:
        del definition["description"]
    properties: dict[str, Any] = definition.get("properties", {})
    for name, told in docstring.attributes.items():
        if name in properties:
            properties[name].setdefault("description", told)
    return {name: told for name, told in docstring.attributes.items() if name not in properties}


def _aliases_of(cls: type | None, name: str) -> Iterator[str]:
    """Yield the names that a field of a model or dataclass may have in JSON."""
    for fields in ("__pydantic_fields__", "__pydantic_computed_fields__"):
        field = getattr(cls, fields, {}).get(name)
        for kind in ("alias", "validation_alias", "serialization_alias"):
            alias = getattr(field, kind, None)
            choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
            yield from (choice for choice in choices if isinstance(choice, str))


def _other(mode: Mode) -> Mode:
    return "serialization" if mode == "validation" else "validation"


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
        return new_adapter(annotation)
    except TypeAdapterError:
        return None
