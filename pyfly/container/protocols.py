"""Protocols that beans are asked for by, and classes that have their members without deriving from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_origin

import typing_extensions as te

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["classes_with_members_of", "is_protocol"]


def is_protocol(wanted: Any) -> bool:
    """Tell whether a type is a Protocol, perhaps one with type arguments."""
    cls = get_origin(wanted) or wanted
    return isinstance(cls, type) and te.is_protocol(cls)


def classes_with_members_of(wanted: Any, types: Iterable[Any]) -> list[type]:
    """Return the classes that have all members of a Protocol; none where a type is no Protocol, or asks for nothing.

    Their signatures are not compared.

    Args:
        wanted: The type.
        types: What to choose from; what is no class is passed over.
    """
    if not is_protocol(wanted):
        return []
    members = te.get_protocol_members(get_origin(wanted) or wanted)
    classes = [cls for cls in types if isinstance(cls, type) and not te.is_protocol(cls)]
    return [cls for cls in classes if members and all(hasattr(cls, name) for name in members)]
