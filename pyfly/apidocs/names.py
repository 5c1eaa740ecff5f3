"""Names in the API documents: titles, tags, and identifiers of which no two are alike."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin

from pyfly.apidocs.type_names import without_metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["distinct", "identifier", "tag_of", "title_of", "title_of_type"]

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_IN_IDENTIFIER: Final = re.compile(r"[^A-Za-z0-9_]+")


def title_of(name: str) -> str:
    """Return the title of something with a Python name: ``Place order`` for ``place_order``."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def tag_of(controller: type) -> str:
    """Return the group of a controller's endpoints: ``Order item`` for ``OrderItemController``."""
    name = controller.__name__.removesuffix("Controller") or controller.__name__
    first, *others = _WORD_START.sub(" ", name).replace("_", " ").split() or [name]
    return " ".join([first, *(word if word.isupper() else word.lower() for word in others)])


def title_of_type(hint: Any) -> str:
    """Return how people call a type: ``list[Tick]``, or an alias's name."""
    if hint in (None, type(None), ...):
        return "..." if hint is ... else "None"
    if get_origin(hint) is Annotated:
        return title_of_type(get_args(hint)[0])
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return " | ".join(title_of_type(argument) for argument in arguments)
    if not arguments:
        name = getattr(hint, "__name__", None) or (repr(hint) if isinstance(hint, str | int) else hint)
        return without_metadata(str(name)) if isinstance(hint, type) else str(name)
    outer = getattr(get_origin(hint), "__name__", str(get_origin(hint)))
    return f"{outer}[{', '.join(title_of_type(argument) for argument in arguments)}]"


@lru_cache(maxsize=1024)
def identifier(text: str) -> str:
    """Return a text as letters, digits and underscores."""
    return _NOT_IN_IDENTIFIER.sub("_", text).strip("_")


def distinct(candidates: Sequence[Sequence[str]]) -> list[str]:
    """Choose a name for each of several things so that no two are alike.

    Things whose names would be alike all move on to their next candidate, so that a choice does not depend on the order
    of the things; only what has no candidate left is numbered.

    Args:
        candidates: For each thing its possible names, the best one first; none is empty.
    """
    levels = [0] * len(candidates)
    numbers = [1] * len(candidates)
    while True:
        names = [
            names[level] if number == 1 else f"{names[level]}_{number}"
            for names, level, number in zip(candidates, levels, numbers, strict=True)
        ]
        taken = Counter(names)
        if len(taken) == len(names):
            return names
        seen = Counter[str]()
        for index, name in enumerate(names):
            if taken[name] == 1:
                continue
            seen[name] += 1
            if levels[index] + 1 < len(candidates[index]):
                levels[index] += 1
            else:
                numbers[index] += seen[name] - 1
