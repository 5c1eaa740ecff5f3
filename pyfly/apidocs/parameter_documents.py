"""What either document says of one value that a client gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pyfly.web.parameters import ParameterSource

__all__ = ["ParameterDocument"]


class ParameterDocument(NamedTuple):
    """One value that a client gives.

    Attributes:
        name: Its name in the request.
        where: The part of the request.
        required: Whether a request without it is refused.
        schema: Its JSON Schema, without the description.
        description: Markdown; empty for none.
        deprecated: Whether clients should stop giving it.
        parameter: The handler's parameter that reads it; empty for none.
    """

    name: str
    where: ParameterSource
    required: bool
    schema: dict[str, Any]
    description: str
    deprecated: bool
    parameter: str = ""
