"""What rules need to know of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.metadata import Converter

__all__ = ["ANYTHING", "COLLECTION", "GIVEN", "TypeFacts", "fits", "literal_member"]

ANYTHING: Final = "other"
"""A member whose fit is left to pydantic."""
COLLECTION: Final = "collection"
"""A member that is a list, set, mapping or other collection, which no single value becomes."""

GIVEN: Final[Mapping[Converter, str]] = {"str": "str", "path": "str", "int": "int", "float": "float", "uuid": "UUID"}
"""The type that each path converter gives."""
_VALUES: Final = frozenset({"str", "bytes", "bool", "int", "float", "complex", "UUID"})
_LITERALS: Final[Mapping[str, str]] = {kind: f"literal {kind}" for kind in ("str", "bytes", "bool", "int")}
_TELLING: Final = _VALUES.union(_LITERALS.values(), {"None", COLLECTION})
# A literal is compared with the value, and nothing is made of a text for it; in Python, 1 is 1.0 and True.
_FITTING: Final[Mapping[str, frozenset[str]]] = {
    "str": _VALUES | {_LITERALS["str"]},
    "int": frozenset({"int", "float", "complex", _LITERALS["int"], _LITERALS["bool"]}),
    "float": frozenset({"float", "complex", _LITERALS["int"], _LITERALS["bool"]}),
    "UUID": frozenset({"UUID"}),
}


@final
class TypeFacts(NamedTuple):
    """A type, as messages show it and as rules compare it.

    Attributes:
        label: The type as people write it.
        members: What it admits, a union's members one by one: the name of a built-in type or ``UUID``, ``None``,
            ``collection``, what `literal_member` gives for a literal, or ``other`` for all else.
    """

    label: str
    members: tuple[str, ...]


def literal_member(kind: str) -> str:
    """Return the member of a type that stands for a literal.

    Args:
        kind: The name of the literal's own type; what is no built-in one, as an enumeration, is left to pydantic.
    """
    return _LITERALS.get(kind, ANYTHING)


def fits(converter: Converter, wanted: TypeFacts) -> bool:
    """Tell whether what a path converter gives can ever become what a parameter asks for.

    Only a plain mismatch is told; whatever pydantic might make of the value fits.
    """
    fitting = _FITTING[GIVEN[converter]]
    return any(member in fitting or member not in _TELLING for member in wanted.members)
