"""Examples and defaults of models and their fields: shown where they fit. Examples that fit nowhere are errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast, final

from pydantic_core import to_json

from pyfly.apidocs.error_texts import told_briefly, told_errors
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.generator import classes_by_name, parts_of
from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.metadata import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import SchemaValidator


__all__ = [
    "WrongExample",
    "example_errors",
    "sift_schemas",
    "sift_values",
    "told_default",
]

MISFIT_DEFAULT: Final = "x-pyfly-default"
"""What holds for a value that is not sent, and is none that could be: tools that compare documents read it."""

Key = TypeVar("Key")

_SAYING_NOTHING: Final = frozenset({"default", "deprecated", "description", "examples", "title", "type"})
_TEXTS: Final = frozenset({"default", "description", "example", "examples", "title"})
_VALUES: Final = frozenset({"default", "example", "examples"})
_NESTING: Final = frozenset(
    {"additionalProperties", "allOf", "anyOf", "items", "oneOf", "patternProperties", "prefixItems", "properties"}
)
_WORTH_A_LOOK: Final = _VALUES | _NESTING
_NONE: Final[dict[str, dict[str, Any]]] = {}
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "number": float, "boolean": bool}


@final
class WrongExample(NamedTuple):
    """An example that is no value of its type, neither as it is accepted nor as it is sent.

    Attributes:
        model: The model's name among the definitions, without what tells accepted from sent; empty for a type that
            stands where it is used.
        field: The field's name as clients know it, such as ``lines[].price``; empty for an example of the whole.
        value: The example.
        faults: What is wrong with it.
    """

    model: str
    field: str
    value: Any
    faults: str


Found = tuple[str, str, str]
"""Where an example was found and what it is: the model or type, the field, and the value as Python writes it."""


def sift_values(definitions: Mapping[str, dict[str, Any]], prefix: str) -> tuple[dict[Found, WrongExample], set[Found]]:
    """Take examples and defaults out of definitions where they do not fit; return examples that do not, and that do.

    A model has the same ones as it is accepted and as it is sent, and may differ between the two. A default that does
    not fit stands for a value left out, and is none that clients could send: words tell it.

    Args:
        definitions: Schemas by name, which are changed.
        prefix: What stands before the name in a reference.
    """
    sieve = _Sieve(definitions, prefix)
    wrong: dict[Found, WrongExample] = {}
    right: set[Found] = set()
    for name, definition in definitions.items():
        model = name.removesuffix("-Input").removesuffix("-Output")
        for field, schema in _telling(definition):
            fitting, misfits = sieve.sift(schema, name if schema is definition else "")
            right.update((model, field, repr(value)) for value in fitting)
            for value, faults in misfits:
                wrong[model, field, repr(value)] = WrongExample(model, field, value, faults)
    return wrong, right


def sift_schemas(
    schemas: Iterable[tuple[Key, Any, dict[str, Any]]], definitions: Mapping[str, dict[str, Any]], prefix: str
) -> tuple[dict[Key, dict[Found, WrongExample]], set[Found]]:
    """Do the same with schemas that stand where they are used; what does not fit comes with the key of its schema.

    Args:
        schemas: The schemas, which are changed, with their keys and the types they are of.
        definitions: What they refer to, by name.
        prefix: What stands before the name in a reference.
    """
    sieve = _Sieve(definitions, prefix)
    wrong: dict[Key, dict[Found, WrongExample]] = {}
    right: set[Found] = set()
    for key, hint, schema in schemas:
        for field, inner in _telling(schema):
            fitting, misfits = sieve.sift(inner)
            right.update((repr(hint), field, repr(value)) for value in fitting)
            for value, faults in misfits:
                wrong.setdefault(key, {})[repr(hint), field, repr(value)] = WrongExample("", field, value, faults)
    return wrong, right


@final
class _Sieve:
    """Sifts schemas, most of which are alike."""

    __slots__ = ("_definitions", "_prefix", "_validators")

    def __init__(self, definitions: Mapping[str, dict[str, Any]], prefix: str) -> None:
        self._definitions = definitions
        self._prefix = prefix
        self._validators: dict[str, SchemaValidator] = {}

    def sift(self, schema: dict[str, Any], name: str = "") -> tuple[list[Any], list[tuple[Any, str]]]:
        """Leave examples and a default in a schema where they fit; return the examples that do, and what others lack.

        Args:
            schema: The schema, which is changed.
            name: The definition's name, where it is one.
        """
        examples: list[Any] = schema["examples"] if isinstance(schema.get("examples"), list) else []
        single = [schema["example"]] if "example" in schema else []
        defaults = [schema["default"]] if "default" in schema and not _is_plain_default(schema) else []
        if not examples and not defaults and not single:
            return [], []
        validator = self._validator(schema, name)
        fitting: list[Any] = []
        misfits: list[tuple[Any, str]] = []
        for value in (*examples, *single):
            if errors := errors_of(validator, value):
                misfits.append((value, told_briefly(told_errors(errors))))
            else:
                fitting.append(value)
        if misfits:
            for keyword in ("examples", "example"):
                schema.pop(keyword, None)
            if fitting:
                schema["examples"] = list(fitting)
        if defaults and errors_of(validator, defaults[0]):
            _take_default_out(schema)
        return fitting, misfits

    def _validator(self, schema: dict[str, Any], name: str) -> SchemaValidator:
        alike = name or repr({keyword: each for keyword, each in schema.items() if keyword not in _TEXTS})
        if alike not in self._validators:
            self._validators[alike] = validator_of(schema, self._definitions, self._prefix)
        return self._validators[alike]


def _telling(schema: dict[str, Any], field: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Return what has examples or a default, of a schema and those inside it.

    Each comes with what it is the schema of, such as ``lines[].price``.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    _find_telling(schema, field, found)
    return found


def _find_telling(schema: dict[str, Any], field: str, found: list[tuple[str, dict[str, Any]]]) -> None:
    if not schema.keys().isdisjoint(_VALUES):
        found.append((field, schema))
    if schema.keys().isdisjoint(_NESTING):
        return
    for name, inner in schema.get("properties", _NONE).items():
        if isinstance(inner, dict) and not inner.keys().isdisjoint(_WORTH_A_LOOK):
            _find_telling(cast("dict[str, Any]", inner), f"{field}.{name}" if field else name, found)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(keyword, ()):
            if isinstance(inner, dict) and not inner.keys().isdisjoint(_WORTH_A_LOOK):
                _find_telling(cast("dict[str, Any]", inner), field, found)
    items = schema.get("items")
    for inner in (*schema.get("prefixItems", ()), items):
        if isinstance(inner, dict):
            _find_telling(cast("dict[str, Any]", inner), f"{field}[]", found)
    for inner in (schema.get("additionalProperties"), *schema.get("patternProperties", _NONE).values()):
        if isinstance(inner, dict):
            _find_telling(cast("dict[str, Any]", inner), f"{field}.*" if field else "*", found)


def example_errors(wrong: Iterable[WrongExample], types: Iterable[Any]) -> Iterator[DocumentationError]:
    """Yield an error for each wrong example, at the class that has it.

    Args:
        wrong: What was found.
        types: Types in which the classes are, and pydantic's schemas of them.
    """
    classes: dict[str, type] = {}
    for each in wrong:
        classes = classes or classes_by_name(types)
        found = classes.get(each.model)
        place = (
            each.model if not each.field else each.model + (each.field if each.field[0] == "[" else f".{each.field}")
        )
        yield DocumentationError(
            None if found is None else SourceLocation.of(parts_of(found)[0]),
            f"{place} has the example {each.value!r}, which does not fit its type: {each.faults}",
            "write it as it is in JSON",
        )


def told_default(default: Any, description: str) -> str:
    """Return a description that also tells a default which is no value of its type; null goes without saying."""
    if default is None:
        return description
    words = f"`{to_json(default).decode()}` by default, which is no value to send."
    return f"{description}\n\n{words}" if description else words


def _take_default_out(schema: dict[str, Any]) -> None:
    default = schema.pop("default")
    if default is not None:
        schema["description"] = told_default(default, schema.get("description", ""))
        schema[MISFIT_DEFAULT] = default


def _is_plain_default(schema: Mapping[str, Any]) -> bool:
    """Tell whether a default fits at first sight, as most do."""
    default = schema["default"]
    if default is None and {"type": "null"} in schema.get("anyOf", ()):
        return True
    return schema.keys() <= _SAYING_NOTHING and type(default) is _TYPES.get(str(schema.get("type")))
