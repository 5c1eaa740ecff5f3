"""How messages name things, and guess what was meant."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "label_of", "with_article"]

_AN: Final = re.compile(r"[AIOaio](?!ne)|[Ee](?!u)|[Uu](?!s[aeiou]|[A-Z]|ni|ti|r[il])|[FHLMNRSX][A-Z]")
"""How names begin that are spoken with a vowel first: ``Item`` and ``HTTPClient``, neither ``User`` nor ``UUID``."""


def label_of(target: Any) -> str:
    """Return how messages call a class or function: ``Class.method``, without the functions it is defined in."""
    name: str = target.__qualname__
    return name.rpartition("<locals>.")[2]


def with_article(name: str) -> str:
    """Return a name after ``a`` or ``an``."""
    return f"{'an' if _AN.match(name) else 'a'} {name}"


def did_you_mean(
    name: object, known: Iterable[str], *, otherwise: str = "", shown: str = '"{}"', cutoff: float = 0.6
) -> str:
    """Return a question for the name that is nearest to an unknown one; private names answer private ones only.

    Args:
        name: What the author wrote.
        known: What there is.
        otherwise: What to return when nothing is near.
        shown: How the name is written in the question, with ``{}`` in its place.
        cutoff: How alike both have to be, from 0 to 1.
    """
    text = str(name)
    fitting = [candidate for candidate in known if text.startswith("_") or not candidate.startswith("_")]
    near = difflib.get_close_matches(text, fitting, n=1, cutoff=cutoff)
    return f"did you mean {shown.format(near[0])}?" if near else otherwise
