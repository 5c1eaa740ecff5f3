"""What a handler takes from the path, the query, headers, cookies and the body, ready for either document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast, final, get_args
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

from pyfly.apidocs.error_texts import told_briefly, told_errors
from pyfly.apidocs.errors import DocumentationError
from pyfly.apidocs.infinities import holds_infinity
from pyfly.apidocs.own_examples import MISFIT_DEFAULT, told_default
from pyfly.apidocs.parameter_documents import ParameterDocument
from pyfly.apidocs.schema_validators import errors_of
from pyfly.apidocs.set_order import in_order
from pyfly.apidocs.shared_parameters import clashes, joined
from pyfly.apidocs.wrong_examples import wrong_example, wrong_examples
from pyfly.metadata import strip_aliases
from pyfly.web.annotations import model_of, union_members
from pyfly.web.arguments import ArgumentPlan, query_names
from pyfly.web.parameters import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyfly.apidocs.described import DescribedEndpoint
    from pyfly.apidocs.schemas import SchemaTable, SchemaUse
    from pyfly.metadata import Converter
    from pyfly.web.signatures import BoundParameter

__all__ = ["Parameters"]

_CONVERTED: Final[Mapping[Converter, dict[str, Any]]] = {
    "str": {"type": "string"},
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number", "minimum": 0},
    "uuid": {"type": "string", "format": "uuid"},
    "path": {"type": "string"},
}
_CONVERTED_TYPES: Final[Mapping[Converter, type]] = {"str": str, "path": str, "int": int, "float": float, "uuid": UUID}
_JSON_TYPES: Final = frozenset({bool, int, str})
_WORDS: Final[Mapping[ParameterSource, str]] = {
    ParameterSource.QUERY: "the query parameter",
    ParameterSource.HEADER: "the header",
    ParameterSource.COOKIE: "the cookie",
}
_CONVERTER_NOTES: Final[Mapping[Converter, str]] = {"path": "The rest of the path; it may hold slashes."}


@final
class Parameters:
    """The parameters of one endpoint.

    Args:
        described: The endpoint.
        table: Where to note the types.
        leading: How many parameters the caller gives by position; self is the first.
        natives: Types that are handed in as they are.
        body: Whether there is a request body to read.

    Attributes:
        body: The parameter that takes the request body, or None.
        can_fail: Whether there are requests whose values do not fit.

    Raises:
        DeclarationErrors: Parameters that can never be given a value.
    """

    __slots__ = ("_bound", "_described", "_shared", "_table", "_uses", "body", "can_fail")

    def __init__(
        self,
        described: DescribedEndpoint[Any],
        table: SchemaTable,
        *,
        leading: int,
        natives: tuple[type, ...] = (),
        body: bool = False,
    ) -> None:
        endpoint = described.endpoint
        plan = ArgumentPlan.of(
            endpoint.function,
            owner=endpoint.controller,
            template=endpoint.template,
            leading=leading,
            natives=natives,
            body=body,
            source=endpoint.source,
        )
        self._described = described
        self._shared: bool | None = None
        self._table = table
        self._bound = tuple(item for item in plan.parameters if item.source is not ParameterSource.NATIVE)
        self._uses = {item.name: _use(item, plan, table) for item in self._bound}
        self.body: BoundParameter | None = next(
            (item for item in self._bound if item.source is ParameterSource.BODY), None
        )
        self.can_fail: bool = any(_can_fail(parameter, endpoint.template.variables) for parameter in self._bound)

    def use_of(self, parameter: BoundParameter) -> SchemaUse | None:
        """Return where the schema of a parameter's type is found; None when it has none."""
        return self._uses[parameter.name]

    def description_of(self, parameter: BoundParameter) -> str:
        """Return what the docstring says of a parameter."""
        return self._described.docstring.arguments.get(parameter.name, "")

    def faults(self) -> Iterator[DocumentationError]:
        """Yield an error for each value that never fits, and each example that the server would not take.

        Schemas must be there.
        """
        for one, other in clashes(self._every(), self._table) if self._has_shared_values() else ():
            yield DocumentationError(
                self._described.endpoint.source,
                f'{self._described.endpoint.qualified_name} reads {_WORDS[one.where]} "{one.name}" into '
                f'"{one.parameter}" and into "{other.parameter}", whose types have no value in common',
                "read it once, or give one of them another name",
            )
        for parameter in self._bound:
            use = self._uses[parameter.name]
            if use is None or not (parameter.alias or parameter.source is ParameterSource.BODY):
                continue
            what = f'of "{parameter.alias}"' if parameter.alias else "of its body"
            if self._table.has_wrong_examples:
                yield from wrong_examples(self._described.endpoint, use, what)
            if not parameter.alias:
                continue
            examples = use.peek().get("examples")
            for value in cast("Any", examples) if isinstance(examples, list) else ():
                carried = value if parameter.source is ParameterSource.PATH else _as_text(value)
                if found := errors_of(use.adapter, carried):
                    yield wrong_example(self._described.endpoint, value, what, told_briefly(told_errors(found)))

    def documents(self) -> Iterator[ParameterDocument]:
        """Yield all values but the body: those of the path from left to right, then the others as they are declared.

        A value that several parameters read is one of them, which has to fit all of these.
        """
        return joined(self._every(), self._table) if self._has_shared_values() else self._every()

    def _has_shared_values(self) -> bool:
        """Tell whether several parameters may read one value; those of different parts of a request never do."""
        if len(self._bound) < 2:
            return False
        if self._shared is None:
            names = [item.alias for item in self._bound if item.alias]
            for item in self._bound:
                if not item.alias and item.source is ParameterSource.QUERY and (use := self._uses[item.name]):
                    names += use.definition().get("properties", ())
            self._shared = len(set(names)) < len(names)
        return self._shared

    def _every(self) -> Iterator[ParameterDocument]:
        by_name = {item.name: item for item in self._bound if item.source is ParameterSource.PATH}
        for variable, converter in self._described.endpoint.template.variables.items():
            parameter = by_name.get(variable)
            if parameter is None:
                yield self._untaken(variable, converter)
            else:
                document = self._document(parameter, _CONVERTER_NOTES.get(converter, ""))
                if converter in ("int", "float") and document.schema.get("type") in ("integer", "number"):
                    _keep_from_below_zero(document.schema)
                yield document
        for parameter in self._bound:
            if parameter.source in (ParameterSource.PATH, ParameterSource.BODY):
                continue
            if parameter.alias:
                yield self._document(parameter)
            else:
                yield from self._fields(parameter)

    def _untaken(self, variable: str, converter: Converter) -> ParameterDocument:
        """Return the document of a path variable that no parameter takes."""
        told = self._described.docstring.arguments.get(variable) or _CONVERTER_NOTES.get(converter, "")
        return ParameterDocument(variable, ParameterSource.PATH, True, dict(_CONVERTED[converter]), told, False)

    def _document(self, parameter: BoundParameter, note: str = "") -> ParameterDocument:
        use = self._uses[parameter.name]
        schema = {} if use is None else _without_null(use.schema())
        own = schema.pop("description", "")
        deprecated = schema.pop("deprecated", False) is True
        description = self.description_of(parameter) or own or note
        if not parameter.required and parameter.default is not None:
            _put_default(schema, parameter.default, use)
            if use is not None and "default" in schema and not _fits(parameter.default, schema["default"], use):
                schema[MISFIT_DEFAULT] = schema.pop("default")
                description = told_default(schema[MISFIT_DEFAULT], description)
        return ParameterDocument(
            name=parameter.alias,
            where=parameter.source,
            required=parameter.required,
            schema=schema,
            description=description,
            deprecated=deprecated,
            parameter=parameter.name,
        )

    def _fields(self, parameter: BoundParameter) -> Iterator[ParameterDocument]:
        """Yield the fields of a model that stands for several query parameters."""
        use = self._uses[parameter.name]
        definition = {} if use is None else use.definition()
        required = definition.get("required", ()) if parameter.required else ()
        given = _values_of(parameter.default) if isinstance(parameter.default, BaseModel) else {}
        for name, field in definition.get("properties", {}).items():
            schema = _without_null(self._table.copy(field))
            description = schema.pop("description", "")
            deprecated = schema.pop("deprecated", False) is True
            if name in given and given[name] != schema.get("default"):
                description = _told_of_all(given[name], given, description)
            yield ParameterDocument(
                name, parameter.source, name in required, schema, description, deprecated, parameter.name
            )


def _values_of(default: BaseModel) -> dict[str, Any]:
    """Return what the fields of a model have where none of them is given, under their names in a query string.

    Left out is what JSON cannot write, and what each process makes anew.
    """
    given: dict[str, Any] = {}
    for field, name in query_names(type(default)).items():
        if field in default.model_fields_set or type(default).model_fields[field].default_factory is None:
            try:
                given[name] = to_jsonable_python(in_order(getattr(default, field)), by_alias=True, inf_nan_mode="null")
            except (PydanticSerializationError, ValueError):
                continue
    return given


def _told_of_all(value: object, names: Iterable[str], description: str) -> str:
    """Return a description that also tells what holds where no field of a model is given."""
    others = ", ".join(f"`{name}`" for name in names)
    words = f"`{to_json(value).decode()}` where none of {others} is given."
    return f"{description}\n\n{words}" if description else words


def _as_text(value: Any) -> Any:
    """Return an example as a query, a header or a cookie carries it; converters see to what paths carry."""
    if isinstance(value, list):
        return [_as_text(each) for each in cast("Any", value)]
    return value if isinstance(value, str) else to_json(value).decode()


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without null, which no value of a request can be: it is absent instead."""
    choices: list[dict[str, Any]] = schema.get("anyOf", [])
    if {"type": "null"} not in choices:
        return schema
    rest = [choice for choice in choices if choice != {"type": "null"}]
    others = {name: value for name, value in schema.items() if name != "anyOf"}
    if others.get("default", ...) is None:
        del others["default"]
    return {**rest[0], **others} if len(rest) == 1 else {"anyOf": rest, **others}


def _keep_from_below_zero(schema: dict[str, Any]) -> None:
    """Say of a number that it has no sign, as the converters of paths want it."""
    bounds = [schema[keyword] for keyword in ("minimum", "exclusiveMinimum") if keyword in schema]
    if not any(bound >= 0 for bound in bounds) and schema.keys().isdisjoint({"const", "enum"}):
        schema["minimum"] = 0


def _put_default(schema: dict[str, Any], default: object, use: SchemaUse | None) -> None:
    if type(default) in _JSON_TYPES:
        schema["default"] = default
        return
    try:
        value = to_jsonable_python(in_order(default), by_alias=True)
    except (PydanticSerializationError, ValueError):
        return
    if not holds_infinity(value):
        schema["default"] = value if use is None else use.in_order(value)


def _fits(default: object, written: object, use: SchemaUse) -> bool:
    if isinstance(default, bool | int | str) and type(default) in _JSON_TYPES:
        return use.admits(default)
    return not errors_of(use.validator, written)


def _use(parameter: BoundParameter, plan: ArgumentPlan, table: SchemaTable) -> SchemaUse | None:
    """Note the type whose schema is needed: a model alone where its fields stand for the parameter."""
    if parameter.source is ParameterSource.QUERY and not parameter.alias:
        return table.use(model_of(parameter.annotation), "validation")
    return table.use(parameter.annotation, "validation", plan.adapters[parameter.name])


def _can_fail(parameter: BoundParameter, variables: Mapping[str, Converter]) -> bool:
    """Tell whether a value of a parameter may not fit; where that is not plain, it may."""
    if parameter.source is ParameterSource.BODY:
        return True
    annotation = parameter.annotation
    if parameter.source is ParameterSource.PATH:
        fitting: tuple[Any, ...] = (_CONVERTED_TYPES[variables[parameter.name]], Any)
    elif parameter.required:
        return True
    else:
        fitting = (str, Any, None, type(None))
    if annotation in fitting:
        return False
    return _has_metadata(annotation) or not all(member in fitting for member in union_members(annotation))


def _has_metadata(annotation: Any) -> bool:
    """Tell whether an annotation may hold constraints."""
    return strip_aliases(annotation)[1] != () or any(
        strip_aliases(member)[1] != () for member in get_args(strip_aliases(annotation)[0])
    )
