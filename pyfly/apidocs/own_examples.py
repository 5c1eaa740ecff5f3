"""Examples and defaults of models and their fields: shown where they fit. Examples that fit nowhere are errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, final

from pydantic_core import to_json

from pyfly.apidocs.error_texts import told_briefly, told_errors
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.generator import component_name, parts_of, types_in
from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.metadata import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import SchemaValidator

__all__ = ["WrongExample", "example_errors", "sift_values", "told_default"]

_SAYING_NOTHING: Final = frozenset({"default", "deprecated", "description", "examples", "title", "type"})
_TEXTS: Final = frozenset({"default", "description", "examples", "title"})
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "number": float, "boolean": bool}


@final
class WrongExample(NamedTuple):
    """An example that is no value of its type, neither as it is accepted nor as it is sent.

    Attributes:
        model: The model's name among the definitions, without what tells accepted from sent.
        field: The field's name as clients know it; empty for an example of the whole model.
        value: The example.
        faults: What is wrong with it.
    """

    model: str
    field: str
    value: Any
    faults: str


def sift_values(definitions: Mapping[str, dict[str, Any]], prefix: str) -> Iterator[WrongExample]:
    """Take examples and defaults out of the definitions where they do not fit, and yield examples that fit nowhere.

    A model has the same ones as it is accepted and as it is sent, and may differ between the two. A default that does
    not fit stands for a value left out, and is none that clients could send: words tell it.

    Args:
        definitions: Schemas by name, which are changed.
        prefix: What stands before the name in a reference.
    """
    wrong: dict[tuple[str, str, str], WrongExample] = {}
    right: set[tuple[str, str, str]] = set()
    validators: dict[str, SchemaValidator] = {}  # the fields of many models are alike

    for name, definition in definitions.items():
        model = name.removesuffix("-Input").removesuffix("-Output")
        properties = cast("dict[str, dict[str, Any]]", definition.get("properties", {}))
        for field, schema in (("", definition), *properties.items()):
            examples: list[Any] = schema["examples"] if isinstance(schema.get("examples"), list) else []
            defaults = [schema["default"]] if "default" in schema and not _is_plain_default(schema) else []
            if not examples and not defaults:
                continue
            alike = (
                repr({keyword: each for keyword, each in schema.items() if keyword not in _TEXTS}) if field else name
            )
            validator = validators.get(alike) or validator_of(schema, definitions, prefix)
            validators[alike] = validator
            fitting: list[Any] = []
            for value in examples:
                key = (model, field, repr(value))
                if errors := errors_of(validator, value):
                    wrong[key] = WrongExample(model, field, value, told_briefly(told_errors(errors)))
                else:
                    right.add(key)
                    fitting.append(value)
            if fitting:
                schema["examples"] = fitting
            elif examples:
                del schema["examples"]
            if defaults and errors_of(validator, defaults[0]):
                _take_default_out(schema)
    yield from (example for key, example in wrong.items() if key not in right)


def example_errors(wrong: Iterable[WrongExample], types: Iterable[Any]) -> Iterator[DocumentationError]:
    """Yield an error for each wrong example, at the class that has it.

    Args:
        wrong: What was found.
        types: Types in which the classes are, and pydantic's schemas of them.
    """
    classes: dict[str, type] = {}
    for each in wrong:
        if not classes:
            for cls in types_in(types):
                if isinstance(cls, type):
                    for name in (cls.__qualname__, f"{cls.__module__}.{cls.__qualname__}"):
                        classes.setdefault(component_name(name), cls)
        found = classes.get(each.model)
        place = f"{each.model}.{each.field}" if each.field else each.model
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
    if told := told_default(schema.pop("default"), schema.get("description", "")):
        schema["description"] = told


def _is_plain_default(schema: Mapping[str, Any]) -> bool:
    """Tell whether a default fits at first sight, as most do."""
    default = schema["default"]
    if default is None and {"type": "null"} in schema.get("anyOf", ()):
        return True
    return schema.keys() <= _SAYING_NOTHING and type(default) is _TYPES.get(str(schema.get("type")))
