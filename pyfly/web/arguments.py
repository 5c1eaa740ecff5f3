"""Binding of a handler's arguments from a request or connection, planned once and carried out for each."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pyfly.metadata import DeclarationError, DeclarationErrors, PathTemplate, SourceLocation, remembered
from pyfly.web.annotations import model_of, takes_many, type_name, union_members
from pyfly.web.errors import InvalidArgument, InvalidArgumentsError
from pyfly.web.parameters import ParameterSource
from pyfly.web.problems import ProblemError
from pyfly.web.signatures import BoundParameter, read_parameters
from pyfly.web.type_adapters import TypeAdapterError, type_adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Self

    from pydantic import BaseModel

    from pyfly.web.ports import ConnectionData, MultiMapping

__all__ = ["ArgumentPlan", "query_names"]

_ABSENT: Final = object()
_NO_NATIVES: Final[Mapping[type, object]] = MappingProxyType({})
# A hostile body may hold a million wrong values; an answer that names them all would amplify it.
_MOST_FAULTS: Final = 100
_LONGEST_NAME: Final = 200


@final
class ArgumentPlan:
    """How the parameters of one handler are bound; made once at start by `of`.

    Attributes:
        parameters: Each parameter that is bound from the request, in the order of the signature.
        adapters: What validates each parameter, by name; None where everything fits.
        reads_body: Whether one of them is the request body.
        is_empty: Whether there is nothing to bind.
    """

    __slots__ = ("_arguments", "_body", "adapters", "is_empty", "parameters", "reads_body")

    def __init__(self, parameters: tuple[BoundParameter, ...], arguments: Iterable[_Argument]) -> None:
        every = tuple(arguments)
        self.parameters: tuple[BoundParameter, ...] = parameters
        self.adapters: Mapping[str, TypeAdapter[Any] | None] = {item.parameter.name: item.adapter for item in every}
        self._arguments = tuple(item for item in every if item.parameter.source is not ParameterSource.BODY)
        self._body = next((item for item in every if item.parameter.source is ParameterSource.BODY), None)
        self.reads_body: bool = self._body is not None
        self.is_empty: bool = not every

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        *,
        owner: type,
        template: PathTemplate,
        leading: int,
        natives: Iterable[type] = (),
        body: bool = False,
        source: SourceLocation | None = None,
    ) -> Self:
        """Plan the arguments of a handler.

        Parameters are path variables by name, marked ``QueryParam``, ``Header``, ``Cookie`` or ``Body``, or natives by
        type. Others must have a default, which they keep; ``*args`` and ``**kwargs`` are given nothing.

        Args:
            function: The handler as its class holds it, unbound.
            owner: The controller.
            template: The handler's full path.
            leading: How many parameters the caller gives by position; self is the first.
            natives: Types that are handed to `bind` as they are, such as the server's request.
            body: Whether there is a request body to read.
            source: Where the mapping was written; by default where the handler was.

        Raises:
            DeclarationErrors: Parameters that can never be given a value.
        """
        natives = tuple(natives)
        key = ("arguments", function, template, leading, natives, body)
        return remembered(
            owner,
            key,
            lambda: cls._of(
                function, owner=owner, template=template, leading=leading, natives=natives, body=body, source=source
            ),
        )

    @classmethod
    def _of(
        cls,
        function: Callable[..., Any],
        *,
        owner: type,
        template: PathTemplate,
        leading: int,
        natives: tuple[type, ...],
        body: bool,
        source: SourceLocation | None,
    ) -> Self:
        faults: list[DeclarationError] = []
        parameters = read_parameters(
            function,
            owner=owner,
            template=template,
            leading=leading,
            natives=natives,
            body=body,
            source=source,
            faults=faults,
        )
        arguments: list[_Argument] = []
        for parameter in parameters:
            try:
                arguments.append(_Argument(parameter))
            except TypeAdapterError as error:
                faults.append(
                    DeclarationError(
                        source or SourceLocation.of(function),
                        f'parameter "{parameter.name}" of {function.__qualname__}: pydantic cannot validate '
                        f'"{type_name(parameter.annotation)}": {error.problem}',
                        error.mend,
                        "pyfly-handler",
                    )
                )
        if faults:
            raise DeclarationErrors(faults)
        return cls(parameters, arguments)

    def bind(
        self,
        connection: ConnectionData,
        *,
        body: bytes | None = None,
        natives: Mapping[type, object] = _NO_NATIVES,
    ) -> dict[str, Any]:
        """Return the handler's arguments by name, validated and converted.

        Args:
            connection: The request or connection to bind from.
            body: The whole request body; needed when the plan reads it.
            natives: What to hand in for the native types of `of`.

        Raises:
            InvalidArgumentsError: Values are missing or do not fit; it names every one.
            ProblemError: The body's media type is not JSON (status 415).
        """
        values: dict[str, Any] = {}
        faults: list[InvalidArgument] = []
        for argument in self._arguments:
            try:
                values[argument.parameter.name] = argument.value(connection, natives)
            except ValidationError as error:
                faults.extend(_faults(argument.parameter, error))
            except _MissingError:
                faults.append(_missing(argument.parameter))
        if self._body is not None:
            parameter = self._body.parameter
            try:
                values[parameter.name] = self._body.body(connection.headers, body or b"")
            except ValidationError as error:
                faults.extend(_faults(parameter, error))
            except _MissingError:
                faults.append(_missing(parameter))
        if faults:
            raise InvalidArgumentsError(faults[:_MOST_FAULTS])
        return values


class _MissingError(Exception):
    """A required value is absent."""


@final
class _Argument:
    """One parameter, with the validator of its type and the way to its value."""

    __slots__ = ("_is_text", "_model_fields", "_read", "adapter", "parameter")

    def __init__(self, parameter: BoundParameter) -> None:
        self.parameter = parameter
        self._is_text = parameter.annotation is str
        self.adapter: TypeAdapter[Any] | None = None
        self._model_fields = tuple(_query_fields(parameter))
        # None for the body and for natives, which are not looked up by name.
        self._read: Callable[[ConnectionData], object] | None = None
        match parameter.source:
            case ParameterSource.PATH:
                self._read = self._path
            case ParameterSource.QUERY:
                self._read = self._query_model if self._model_fields else self._query
            case ParameterSource.HEADER:
                self._read = self._header
            case ParameterSource.COOKIE:
                self._read = self._cookie
            case ParameterSource.BODY | ParameterSource.NATIVE:
                pass
        if parameter.source is not ParameterSource.NATIVE and parameter.annotation is not Any:
            self.adapter = type_adapter(parameter.annotation)

    def value(self, connection: ConnectionData, natives: Mapping[type, object]) -> object:
        parameter = self.parameter
        if self._read is None:
            return natives[getattr(parameter.annotation, "__origin__", parameter.annotation)]
        found = self._read(connection)
        if found is _ABSENT:
            return self._default()
        if self._is_text and type(found) is str:
            return found  # as the adapter would, whose call costs a twentieth of a handshake
        return found if self.adapter is None else self.adapter.validate_python(found)

    def body(self, headers: MultiMapping, content: bytes) -> object:
        if _is_bytes(self.parameter.annotation):
            return content if content else self._default()
        if not content:
            return self._default()
        _check_json(headers.get("content-type"))
        return (_JSON if self.adapter is None else self.adapter).validate_json(content)

    def _default(self) -> object:
        if self.parameter.required:
            raise _MissingError
        return self.parameter.default

    def _path(self, connection: ConnectionData) -> object:
        return connection.path_params.get(self.parameter.alias, _ABSENT)

    def _query(self, connection: ConnectionData) -> object:
        return _from(connection.query_params, self.parameter.alias, self.parameter.many)

    def _header(self, connection: ConnectionData) -> object:
        return _from(connection.headers, self.parameter.alias, self.parameter.many)

    def _cookie(self, connection: ConnectionData) -> object:
        return connection.cookies.get(self.parameter.alias, _ABSENT)

    def _query_model(self, connection: ConnectionData) -> object:
        found = {name: _from(connection.query_params, name, many) for name, many in self._model_fields}
        given = {name: value for name, value in found.items() if value is not _ABSENT}
        return given if given or self.parameter.required else _ABSENT


_JSON: Final[TypeAdapter[Any]] = TypeAdapter(Any, config=ConfigDict(defer_build=True))


def _from(values: MultiMapping, name: str, many: bool) -> object:
    if many:
        return values.getlist(name) or _ABSENT
    value = values.get(name)
    return _ABSENT if value is None else value


def _query_fields(parameter: BoundParameter) -> Iterator[tuple[str, bool]]:
    """Yield the names a model's fields have in the query string, when the parameter is a model of it."""
    model = model_of(parameter.annotation) if parameter.source is ParameterSource.QUERY else None
    if model is not None:
        for field, name in query_names(model).items():
            yield name, takes_many(model.model_fields[field].annotation)


def query_names(model: type[BaseModel]) -> dict[str, str]:
    """Return the names that a model's fields have in the query string, by those they have in Python.

    Args:
        model: The model.
    """
    aliases = {name: field.validation_alias for name, field in model.model_fields.items()}
    return {name: alias if isinstance(alias, str) else name for name, alias in aliases.items()}


def _is_bytes(annotation: Any) -> bool:
    return all(member in (bytes, type(None)) for member in union_members(annotation))


def _check_json(content_type: str | None) -> None:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    # A body without a type is refused as well: browsers send such bodies across origins without asking first.
    if media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json")):
        return
    got = f'not "{media_type[:_LONGEST_NAME]}"' if media_type else "and the request names none"
    raise ProblemError(
        415, f"The body's media type must be application/json, {got}.", headers={"accept": "application/json"}
    )


def _missing(parameter: BoundParameter) -> InvalidArgument:
    return InvalidArgument(parameter.source, parameter.alias, "missing", "Field required")


def _faults(parameter: BoundParameter, error: ValidationError) -> Iterator[InvalidArgument]:
    for fault in error.errors(include_url=False, include_input=False)[:_MOST_FAULTS]:
        way = [parameter.alias, *fault["loc"]] if parameter.alias else fault["loc"]
        message = fault["msg"]
        if fault["type"] == "union_tag_invalid":  # pydantic's own text repeats the tag
            message = f"Input tag is none of the expected: {fault.get('ctx', {}).get('expected_tags')}"
        name = ".".join(str(step) for step in way)[:_LONGEST_NAME]
        yield InvalidArgument(parameter.source, name, fault["type"], message)
