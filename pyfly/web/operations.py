"""``@operation`` tells the API documents what signatures and docstrings cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast, final, get_origin

from pydantic import BaseModel, ConfigDict

from pyfly.metadata import DeclarationError, Descriptor, SourceLocation, default_registry, did_you_mean, refusing
from pyfly.web.annotations import type_name

if TYPE_CHECKING:
    from pyfly.metadata import MetadataRegistry

__all__ = ["ApiResponse", "Operation", "OperationDecorator", "SecurityRequirement", "operation"]

Target = TypeVar("Target", bound=Callable[..., Any])

SecurityRequirement = str | Mapping[str, Sequence[str]]
"""One way to be let in: a scheme's name, or scopes by the name of each scheme that is needed together."""

_FOR_CLASSES = frozenset({"tags", "responses", "close_codes", "deprecated", "hidden", "security"})


class ApiResponse(BaseModel):
    """One answer of an endpoint, for the API documents.

    Attributes:
        description: When it is given, in Markdown; by default the status's own words.
        model: The type of its content; None for a problem document (from 400 on) or no content (below).
        media_type: The content's media type.
        headers: Descriptions of its headers, by name.
        examples: Examples of its content, by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    description: str = ""
    model: Any = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = {}
    examples: Mapping[str, Any] = {}

    def __new__(cls, *given: Any, **options: Any) -> Self:
        """Refuse what is no attribute, where it is written; pydantic would name neither the class nor the line.

        Raises:
            DeclarationError: An argument has no name, or one that is no attribute's.
        """
        if cls is ApiResponse:  # a derived class may have arguments of its own
            _check_arguments(given, options)
        return super().__new__(cls)


@final
class Operation(Descriptor):
    """What an author tells of an endpoint, or of all endpoints of a controller; None where nothing is told.

    Attributes:
        summary: One line.
        description: Markdown.
        tags: Names of the groups it stands in.
        responses: Answers by HTTP status; for a WebSocket endpoint those that refuse the handshake.
        examples: Examples by name: of the request body, of the answer where there is none, or of messages and events.
        close_codes: What the close codes of a WebSocket endpoint mean.
        subprotocols: Subprotocols that a WebSocket endpoint knows.
        deprecated: Whether clients should stop using it.
        hidden: Whether the documents leave it out.
        security: The ways to be let in, any of which will do; empty when nobody is kept out.
        operation_id: Its identifier in the documents.
    """

    inherited: ClassVar[bool] = True

    summary: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    responses: Mapping[int, ApiResponse] = {}
    examples: Mapping[str, Any] = {}
    close_codes: Mapping[int, str] = {}
    subprotocols: tuple[str, ...] = ()
    deprecated: bool | None = None
    hidden: bool | None = None
    security: tuple[SecurityRequirement, ...] | None = None
    operation_id: str | None = None


@final
class OperationDecorator:
    """What `operation` returns: describes a method or a controller and hands it back unchanged."""

    __slots__ = ("_operation", "_registry")

    def __init__(self, operation: Operation, registry: MetadataRegistry | None) -> None:
        self._operation = operation
        self._registry = default_registry if registry is None else registry

    def __call__(self, target: Target, /) -> Target:
        """Record the description for the method or class."""
        with refusing():
            self._record(target)
        return target

    def _record(self, given: Any) -> None:
        described = self._operation
        if isinstance(given, type):
            beyond = sorted(described.model_fields_set - _FOR_CLASSES - {"source"})
            if beyond:
                raise _fault(
                    described.source,
                    f'@operation on the class "{given.__name__}" has {", ".join(beyond)}, '
                    "which only a method can be told",
                    f"a class takes {', '.join(sorted(_FOR_CLASSES))}",
                )
        elif isinstance(given, staticmethod | classmethod) or not callable(given):
            raise _fault(
                described.source,
                f"@operation decorates a method or a controller, not a {type(cast('object', given)).__name__}",
                "decorate a mapped method, or the class that holds it",
            )
        self._registry.record(given, described)


def operation(
    summary: str | None = None,
    *,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    responses: Mapping[int, ApiResponse | str | Any] | None = None,
    examples: Mapping[str, Any] | None = None,
    close_codes: Mapping[int, str] | None = None,
    subprotocols: Sequence[str] | None = None,
    deprecated: bool | None = None,
    hidden: bool | None = None,
    security: Sequence[SecurityRequirement] | None = None,
    operation_id: str | None = None,
    registry: MetadataRegistry | None = None,
) -> OperationDecorator:
    """Describe an HTTP, SSE or WebSocket endpoint for the API documents; what it does is not changed.

    On a controller, what is told holds for all its endpoints, and for those of derived controllers; what a method is
    told comes before it. A class takes ``tags``, ``responses``, ``close_codes``, ``deprecated``, ``hidden`` and
    ``security``.

    Args:
        summary: One line; by default the docstring's first.
        description: Markdown; by default the rest of the docstring.
        tags: Names of the groups it stands in; by default the controller's.
        responses: Further answers by HTTP status: an `ApiResponse`, a text for its description alone, or a type for its
            content alone. For a WebSocket endpoint they refuse the handshake.
        examples: Examples by name: of the request body, of the answer where there is none, of an event stream's events,
            or of a session's messages.
        close_codes: What close codes of a WebSocket endpoint mean, besides those that every session has.
        subprotocols: Subprotocols that a WebSocket endpoint knows.
        deprecated: Whether clients should stop using it; a method marked ``@warnings.deprecated`` is anyway.
        hidden: Whether the documents leave it out.
        security: The ways to be let in, any of which will do; an empty one when nobody is kept out. By default what
            holds for the whole API.
        operation_id: Its identifier in the documents; by default ``Controller_method``.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: An option is not what it should be, or the decorator is applied to something that is neither a
            method nor a class.
    """
    source = SourceLocation.of_caller()
    given: Any = summary
    if callable(given):
        raise _fault(source, "@operation is used without parentheses", 'write @operation("What it does")')
    options: dict[str, Any] = {
        "summary": _text("summary", given, source),
        "description": _text("description", description, source),
        "tags": _texts("tags", tags, source),
        "responses": None if responses is None else _responses(responses, source),
        "examples": _examples(examples, source),
        "close_codes": _close_codes(close_codes, source),
        "subprotocols": _texts("subprotocols", subprotocols, source),
        "deprecated": deprecated,
        "hidden": hidden,
        "security": _security(security, source),
        "operation_id": _text("operation_id", operation_id, source),
    }
    told = {name: value for name, value in options.items() if value is not None}
    return OperationDecorator(Operation(**told, source=source), registry)


def _text(name: str, value: Any, source: SourceLocation) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _fault(source, f"{name} is {value!r}", "it must be a str")


def _texts(name: str, value: Any, source: SourceLocation) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = tuple(cast("Sequence[object]", value))
        if all(isinstance(item, str) for item in items):
            return tuple(dict.fromkeys(cast("tuple[str, ...]", items)))
    raise _fault(source, f"{name} is {value!r}", f'it must be a list of str, as {name}=["one"]')


def _responses(value: Any, source: SourceLocation) -> dict[int, ApiResponse]:
    responses: dict[int, ApiResponse] = {}
    for status, response in _entries("responses", value, source, '{404: "No such room."}').items():
        if not _is_number(status, 200, 599):
            raise _fault(source, f"responses has the key {status!r}", "a final HTTP status is a number from 200 to 599")
        responses[int(status)] = _response(response)
    return responses


def _response(value: Any) -> ApiResponse:
    if isinstance(value, ApiResponse):
        return value
    return ApiResponse(description=value) if isinstance(value, str) else ApiResponse(model=value)


def _check_arguments(given: tuple[Any, ...], options: Mapping[str, Any]) -> None:
    source, known = SourceLocation.of_caller(), list(ApiResponse.model_fields)
    if given:
        name = "description" if isinstance(given[0], str) else "model"
        shown = type_name(given[0]) if isinstance(given[0], type) or get_origin(given[0]) else repr(given[0])
        mend = f"write ApiResponse({name}={shown})"
        raise _fault(source, f"ApiResponse is given {shown} without a name", mend)
    for name in options:
        if name not in known:
            mend = did_you_mean(name, known, shown="{}", otherwise=f"it has {', '.join(known)}")
            raise _fault(source, f'ApiResponse has no "{name}"', mend)


def _examples(value: Any, source: SourceLocation) -> dict[str, Any] | None:
    if value is None:
        return None
    examples = _entries("examples", value, source, '{"small": {"item": "pen"}}')
    for name in examples:
        if not isinstance(name, str):
            raise _fault(source, f"examples has the key {name!r}", "an example's name is a str")
    return examples


def _close_codes(value: Any, source: SourceLocation) -> dict[int, str] | None:
    if value is None:
        return None
    close_codes: dict[int, str] = {}
    for code, meaning in _entries("close_codes", value, source, '{4001: "The room is full."}').items():
        if not _is_number(code, 1000, 4999):
            raise _fault(source, f"close_codes has the key {code!r}", "a close code is a number from 1000 to 4999")
        if not isinstance(meaning, str):
            raise _fault(source, f"close code {code} means {meaning!r}", "its meaning is a str")
        close_codes[int(code)] = meaning
    return close_codes


def _security(value: Any, source: SourceLocation) -> tuple[SecurityRequirement, ...] | None:
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _fault(source, f"security is {value!r}", 'it must be a list, as security=["bearer"]')
    requirements = tuple(cast("Any", value))
    for requirement in requirements:
        if not isinstance(requirement, str | Mapping):
            raise _fault(
                source,
                f"security has {requirement!r}",
                'name a scheme, as "bearer", or scopes by scheme, as {"oauth": ["read"]}',
            )
    return requirements


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _entries(name: str, value: Any, source: SourceLocation, example: str) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(cast("Any", value))
    raise _fault(source, f"{name} is {value!r}", f"it must be a dictionary, as {name}={example}")


def _fault(source: SourceLocation | None, problem: str, mend: str) -> DeclarationError:
    return DeclarationError(source, problem, mend, "pyfly-handler")
