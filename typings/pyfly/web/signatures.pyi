# Generated from pyfly/web/signatures.py; edit that, then run: python -m tools.stubs
"""A handler's signature, read once: which parameter is bound from where."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, final

from pyfly.metadata import DeclarationError, PathTemplate, SourceLocation
from pyfly.web.parameters import ParameterSource

__all__ = ["BoundParameter", "defining_class", "read_parameters"]

@final
class BoundParameter(NamedTuple):
    """One handler parameter that is given a value from the request.

    Attributes:
        name: The parameter's name in the signature.
        source: The part of the request it is bound from.
        alias: The value's name there; empty for the body, for natives, and for a model whose fields are the names.
        annotation: Its type, without markers; ``Any`` where the author wrote none.
        required: Whether a request without it is refused.
        default: What the handler sees when the request has none; None when it is required.
        many: Whether it takes every value given under the name.
    """

    name: str
    source: ParameterSource
    alias: str
    annotation: Any
    required: bool
    default: Any
    many: bool

def read_parameters(
    function: Callable[..., Any],
    *,
    owner: type,
    template: PathTemplate,
    leading: int,
    natives: Iterable[type] = (),
    body: bool = False,
    source: SourceLocation | None = None,
    faults: list[DeclarationError] | None = None,
) -> tuple[BoundParameter, ...]:
    """Return the parameters of a handler that are bound from a request.

    Variadic parameters are given nothing, and neither are unmarked ones that have a default.

    Args:
        function: The handler as its class holds it, unbound.
        owner: The controller.
        template: The handler's full path.
        leading: How many parameters the caller gives by position; self is the first.
        natives: Types that are handed in as they are, such as the server's request.
        body: Whether there is a request body to read.
        source: Where the mapping was written; by default where the handler was.
        faults: Where to add what is wrong, and only parameters that are right are returned; by default it is raised.

    Raises:
        DeclarationErrors: Parameters that can never be given a value, each as a `DeclarationError` at the mapping; and
            annotations that cannot be evaluated.
    """

def defining_class(controller: type, function: Callable[..., Any]) -> type:
    """Return the class of a controller's MRO that holds a method; its names may stand in the annotations."""
