"""Examples that models and their fields have themselves: shown where they fit, and an error where they fit nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast, final

from pyfly.apidocs.error_texts import told_briefly, told_errors
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.generator import component_name, parts_of, types_in
from pyfly.apidocs.schema_validators import errors_of, validator_of
from pyfly.metadata import SourceLocation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["WrongExample", "example_errors", "sift_examples"]


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


def sift_examples(definitions: Mapping[str, dict[str, Any]], prefix: str) -> Iterator[WrongExample]:
    """Take examples out of the definitions where they do not fit, and yield those that fit nowhere.

    A model has the same examples as it is accepted and as it is sent, and may differ between the two.

    Args:
        definitions: Schemas by name, which are changed.
        prefix: What stands before the name in a reference.
    """
    wrong: dict[tuple[str, str, str], WrongExample] = {}
    right: set[tuple[str, str, str]] = set()
    for name, definition in definitions.items():
        model = name.removesuffix("-Input").removesuffix("-Output")
        properties = cast("dict[str, dict[str, Any]]", definition.get("properties", {}))
        for field, schema in (("", definition), *properties.items()):
            if "examples" not in schema or not isinstance(schema["examples"], list):
                continue
            given: list[Any] = cast("Any", schema["examples"])
            validator = validator_of(schema, definitions, prefix)
            fitting: list[Any] = []
            for value in given:
                key = (model, field, repr(value))
                if errors := errors_of(validator, value):
                    wrong[key] = WrongExample(model, field, value, told_briefly(told_errors(errors)))
                else:
                    right.add(key)
                    fitting.append(value)
            schema["examples"] = fitting
            if not fitting:
                del schema["examples"]
    yield from (example for key, example in wrong.items() if key not in right)


def example_errors(wrong: Iterable[WrongExample], types: Iterable[Any]) -> Iterator[DocumentationError]:
    """Yield an error for each wrong example, at the class that has it.

    Args:
        wrong: What was found.
        types: Types in which the classes are, and pydantic's schemas of them.
    """
    classes: dict[str, type] = {}
    for example in wrong:
        if not classes:
            for cls in types_in(types):
                if isinstance(cls, type):
                    for name in (cls.__qualname__, f"{cls.__module__}.{cls.__qualname__}"):
                        classes.setdefault(component_name(name), cls)
        found = classes.get(example.model)
        place = f"{example.model}.{example.field}" if example.field else example.model
        yield DocumentationError(
            None if found is None else SourceLocation.of(parts_of(found)[0]),
            f"{place} has the example {example.value!r}, which does not fit its type: {example.faults}",
            "write it as it is in JSON",
        )
