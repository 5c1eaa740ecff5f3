"""How messages name things, and guess what was meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "label_of"]


def label_of(target: Any) -> str:
    """Return how messages call a class or function: ``Class.method``, without the functions it is defined in."""
    name: str = target.__qualname__
    return name.rpartition("<locals>.")[2]


def did_you_mean(name: object, known: Iterable[str], *, otherwise: str = "", shown: str = '"{}"') -> str:
    """Return a question for the name that is nearest to an unknown one.

    Args:
        name: What the author wrote.
        known: What there is.
        otherwise: What to return when nothing is near.
        shown: How the name is written in the question, with ``{}`` in its place.
    """
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f"did you mean {shown.format(near[0])}?" if near else otherwise
