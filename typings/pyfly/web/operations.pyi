# Generated from pyfly/web/operations.py; edit that, then run: python -m tools.stubs
"""``@operation`` tells the API documents what signatures and docstrings cannot say."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar, final

from pydantic import BaseModel, ConfigDict

from pyfly.metadata import Descriptor, MetadataRegistry

__all__ = ["ApiResponse", "Operation", "OperationDecorator", "SecurityRequirement", "operation"]

Target = TypeVar("Target", bound=Callable[..., Any])

SecurityRequirement = str | Mapping[str, Sequence[str]]
"""One way to be let in: a scheme's name, or scopes by the name of each scheme that is needed together."""

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

    inherited: ClassVar[bool]
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
    def __init__(self, operation: Operation, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, target: Target, /) -> Target:
        """Record the description for the method or class."""

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
