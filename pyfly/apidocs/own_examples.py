"""Examples and defaults of models and their fields: shown where they fit, and an error where they fit nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast, final

from pyfly.apidocs.error_texts import told_briefly, told_errors
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.generator import component_name, parts_of, types_in
from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.metadata import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import SchemaValidator

__all__ = ["DEFAULT_MEND", "WrongValue", "sift_values", "value_errors"]

DEFAULT_MEND: Final = "give it one that fits, or let the type admit it"
_SAYING_NOTHING: Final = frozenset({"default", "deprecated", "description", "examples", "title", "type"})
_TEXTS: Final = frozenset({"default", "description", "examples", "title"})
_TYPES: Final[Mapping[str, type]] = {"string": str, "integer": int, "number": float, "boolean": bool}


@final
class WrongValue(NamedTuple):
    """An example or default that is no value of its type, neither as it is accepted nor as it is sent.

    Attributes:
        model: The model's name among the definitions, without what tells accepted from sent.
        field: The field's name as clients know it; empty for an example of the whole model.
        kind: What it is.
        value: The value.
        faults: What is wrong with it.
    """

    model: str
    field: str
    kind: Literal["example", "default"]
    value: Any
    faults: str


def sift_values(definitions: Mapping[str, dict[str, Any]], prefix: str) -> Iterator[WrongValue]:
    """Take examples and defaults out of the definitions where they do not fit, and yield those that fit nowhere.

    A model has the same ones as it is accepted and as it is sent, and may differ between the two.

    Args:
        definitions: Schemas by name, which are changed.
        prefix: What stands before the name in a reference.
    """
    wrong: dict[tuple[str, ...], WrongValue] = {}
    right: set[tuple[str, ...]] = set()
    validators: dict[str, SchemaValidator] = {}  # the fields of many models are alike

    def fits(value: Any, validator: SchemaValidator, key: tuple[str, str, Literal["example", "default"], str]) -> bool:
        if errors := errors_of(validator, value):
            wrong[key] = WrongValue(*key[:3], value, told_briefly(told_errors(errors)))
        else:
            right.add(key)
        return not errors

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
            fitting = [each for each in examples if fits(each, validator, (model, field, "example", repr(each)))]
            if fitting:
                schema["examples"] = fitting
            elif examples:
                del schema["examples"]
            # Between the two it may be written otherwise, and is one all the same.
            if not all(fits(each, validator, (model, field, "default", "")) for each in defaults):
                del schema["default"]
    yield from (value for key, value in wrong.items() if key not in right)


def value_errors(wrong: Iterable[WrongValue], types: Iterable[Any]) -> Iterator[DocumentationError]:
    """Yield an error for each wrong example or default, at the class that has it.

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
            f"{place} has the {each.kind} {each.value!r}, which does not fit its type: {each.faults}",
            "write it as it is in JSON" if each.kind == "example" else DEFAULT_MEND,
        )


def _is_plain_default(schema: Mapping[str, Any]) -> bool:
    """Tell whether a default fits at first sight, as most do."""
    default = schema["default"]
    if default is None and {"type": "null"} in schema.get("anyOf", ()):
        return True
    return schema.keys() <= _SAYING_NOTHING and type(default) is _TYPES.get(str(schema.get("type")))
