# Generated from pyfly/web/arguments.py; edit that, then run: python -m tools.stubs
"""Binding of a handler's arguments from a request or connection, planned once and carried out for each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, final

from pydantic import BaseModel, TypeAdapter

from pyfly.metadata import PathTemplate, SourceLocation
from pyfly.web.ports import ConnectionData, MultiMapping
from pyfly.web.signatures import BoundParameter

__all__ = ["ArgumentPlan", "query_names"]

@final
class ArgumentPlan:
    """How the parameters of one handler are bound; made once at start by `of`.

    Attributes:
        parameters: Each parameter that is bound from the request, in the order of the signature.
        adapters: What validates each parameter, by name; None where everything fits.
        reads_body: Whether one of them is the request body.
        is_empty: Whether there is nothing to bind.
    """

    parameters: tuple[BoundParameter, ...]
    adapters: Mapping[str, TypeAdapter[Any] | None]
    reads_body: bool
    is_empty: bool
    def __init__(self, parameters: tuple[BoundParameter, ...], arguments: Iterable[_Argument]) -> None: ...
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
    def bind(
        self, connection: ConnectionData, *, body: bytes | None = None, natives: Mapping[type, object] = ...
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

@final
class _Argument:
    """One parameter, with the validator of its type and the way to its value."""

    parameter: BoundParameter
    adapter: TypeAdapter[Any] | None
    def __init__(self, parameter: BoundParameter) -> None: ...
    def value(self, connection: ConnectionData, natives: Mapping[type, object]) -> object: ...
    def body(self, headers: MultiMapping, content: bytes) -> object: ...

def query_names(model: type[BaseModel]) -> dict[str, str]:
    """Return the names that a model's fields have in the query string, by those they have in Python.

    Args:
        model: The model.
    """
