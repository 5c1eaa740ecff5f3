"""Looks up what a document refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeGuard, cast

__all__ = ["Json", "mapping", "name_of_reference", "resolve", "sequence"]

Json: TypeAlias = Mapping[str, Any]
"""An object of a document."""


def resolve(document: Json, value: Any) -> Json:
    """Return the object that a value is, or refers to inside the document, with what stands beside the reference.

    What is not in the document is left as it is.

    Args:
        document: Where to look.
        value: An object; anything else counts as an empty one.
    """
    found = mapping(value)
    seen: set[str] = set()
    while isinstance(reference := found.get("$ref"), str) and reference.startswith("#/") and reference not in seen:
        seen.add(reference)
        target = _at(document, reference)
        if target is None:
            break
        found = {**target, **{key: member for key, member in found.items() if key != "$ref"}}
    return found


def name_of_reference(value: Any) -> str:
    """Return the last part of what a value refers to; empty when it refers to nothing."""
    reference = mapping(value).get("$ref")
    return _unescaped(reference.rpartition("/")[2]) if isinstance(reference, str) else ""


def mapping(value: Any) -> Json:
    """Return an object, or an empty one for what is none."""
    return cast("Json", value) if isinstance(value, Mapping) else {}


def sequence(value: Any) -> list[Any]:
    """Return a list, or an empty one for what is none."""
    return value if _is_list(value) else []


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _at(document: Json, reference: str) -> Json | None:
    value: Any = document
    for part in reference[2:].split("/"):
        value = mapping(value).get(_unescaped(part))
    return cast("Json", value) if isinstance(value, Mapping) else None


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
