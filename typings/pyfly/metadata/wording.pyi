# Generated from pyfly/metadata/wording.py; edit that, then run: python -m tools.stubs
"""How messages name things, and guess what was meant."""

from collections.abc import Iterable
from typing import Any

__all__ = ["did_you_mean", "label_of", "with_article"]

def label_of(target: Any) -> str:
    """Return how messages call a class or function: ``Class.method``, without the functions it is defined in."""

def with_article(name: str) -> str:
    """Return a name after ``a`` or ``an``."""

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
