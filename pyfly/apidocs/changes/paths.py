"""Which endpoints of two documents are the same: by their paths, whose variables' names no client sees."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["positions", "same_endpoints", "shape_of"]

T = TypeVar("T")

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


def shape_of(path: str) -> str:
    """Return a path without the names of its variables, and what they may be."""
    return _VARIABLE.sub("{}", path)


def positions(path: str) -> dict[str, str]:
    """Return for each variable of a path what tells it apart whatever it is called."""
    return {match[1]: str(number) for number, match in enumerate(_VARIABLE.finditer(path))}


def same_endpoints(
    old: Mapping[tuple[str, str], T], new: Mapping[tuple[str, str], T]
) -> Iterable[tuple[tuple[str, str], T | None, T | None]]:
    """Yield the endpoints of two documents, side by side, by method and path as the new one has them.

    Args:
        old: Endpoints by method and path.
        new: The same of the other document.
    """
    left_old = _by_shape(key for key in old if key not in new)
    left_new = _by_shape(key for key in new if key not in old)
    renamed = {key: left_new[shape] for shape, key in left_old.items() if shape in left_new}
    for key, value in old.items():
        there = renamed.get(key, key)
        yield there, value, new.get(there)
    for key, value in new.items():
        if key not in old and key not in renamed.values():
            yield key, None, value


def _shaped(key: tuple[str, str]) -> tuple[str, str]:
    return key[0], shape_of(key[1])


def _by_shape(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return keys by method and shape, where only one has it."""
    keys = list(keys)
    counted = Counter(_shaped(key) for key in keys)
    return {_shaped(key): key for key in keys if counted[_shaped(key)] == 1}
