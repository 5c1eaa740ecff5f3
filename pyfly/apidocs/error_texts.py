"""What pydantic says of a value, in one line: where, what was expected, and what was found there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

__all__ = ["told_briefly", "told_errors"]

_MOST_TOLD: Final = 3
_LONGEST: Final = 60
_WITHOUT_INPUT: Final = frozenset({"missing", "union_tag_not_found"})
"""Errors whose input is all that stands around what is missing."""


def told_errors(errors: Iterable[ErrorDetails]) -> list[str]:
    """Return errors of pydantic's as texts, with their places and what was found there."""
    return list(dict.fromkeys(map(_told_of, errors)))


def told_briefly(faults: Sequence[str]) -> str:
    """Return the first few faults of an example."""
    told = ", and ".join(faults[:_MOST_TOLD])
    return told if len(faults) <= _MOST_TOLD else f"{told}, and {len(faults) - _MOST_TOLD} more"


def _told_of(error: ErrorDetails) -> str:
    place = ".".join(str(step) for step in error["loc"])
    text = error["msg"][:1].lower() + error["msg"][1:]
    if error["type"] not in _WITHOUT_INPUT:
        found = to_json(error["input"], fallback=str).decode()
        text += f", got {found if len(found) <= _LONGEST else f'{found[:_LONGEST]} …'}"
    return f'at "{place}" {text}' if place else text
