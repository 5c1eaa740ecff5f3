"""What rules need to know of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.metadata import Converter

__all__ = ["ANYTHING", "COLLECTION", "GIVEN", "TypeFacts", "fits"]

ANYTHING: Final = "other"
"""A member whose fit is left to pydantic."""
COLLECTION: Final = "collection"
"""A member that is a list, set, mapping or other collection, which no single value becomes."""

GIVEN: Final[Mapping[Converter, str]] = {"str": "str", "path": "str", "int": "int", "float": "float", "uuid": "UUID"}
"""The type that each path converter gives."""
_TELLING: Final = frozenset({"str", "bytes", "bool", "int", "float", "complex", "UUID", "None", COLLECTION})
_FITTING: Final[Mapping[str, frozenset[str]]] = {
    "str": _TELLING - {"None", COLLECTION},
    "int": frozenset({"int", "float", "complex"}),
    "float": frozenset({"float", "complex"}),
    "UUID": frozenset({"UUID"}),
}


@final
class TypeFacts(NamedTuple):
    """A type, as messages show it and as rules compare it.

    Attributes:
        label: The type as people write it.
        members: What it admits, a union's members one by one: the name of a built-in type or ``UUID``, ``None``,
            ``collection``, or ``other`` for all else.
    """

    label: str
    members: tuple[str, ...]


def fits(converter: Converter, wanted: TypeFacts) -> bool:
    """Tell whether what a path converter gives can ever become what a parameter asks for.

    Only a plain mismatch is told; whatever pydantic might make of the value fits.
    """
    fitting = _FITTING[GIVEN[converter]]
    return any(member in fitting or member not in _TELLING for member in wanted.members)
