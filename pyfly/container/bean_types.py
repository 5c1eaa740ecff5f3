"""The types a bean can be asked for by, and how types are written in messages."""

from __future__ import annotations

import types
from abc import ABC
from typing import Any, Generic, Protocol, TypeVar, Union, get_args, get_origin

import typing_extensions as te

from pyfly.metadata import base_aliases, label_of, open_variables

__all__ = ["describe_type", "provided_types", "snake_case", "split_optional"]

_NOT_ASKED_FOR = frozenset({object, ABC, Generic, Protocol, te.Protocol})


def provided_types(declared: Any) -> tuple[Any, ...]:
    """Return every type that a bean of a declared type can be asked for by: itself, its bases, and its bases' aliases.

    Args:
        declared: A class, a generic alias such as ``Repository[User]``, or a ``NewType``.
    """
    origin = get_origin(declared) or declared
    if not isinstance(origin, type):
        return (declared,)
    aliases = (alias for alias in base_aliases(declared) if not open_variables(alias))
    found = dict.fromkeys([declared, *origin.__mro__, *aliases])
    return tuple(base for base in found if base not in _NOT_ASKED_FOR)


def split_optional(hint: Any) -> tuple[Any, bool]:
    """Return a type hint without the ``None`` in its union, and whether there was one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    members = tuple(member for member in get_args(hint) if member is not types.NoneType)
    return Union[members], len(members) < len(get_args(hint))  # noqa: UP007  # a tuple of members at run time


def describe_type(hint: Any) -> str:
    """Return a type as an author would write it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(describe_type(member) for member in arguments)
    if origin is not None and arguments:
        return f"{describe_type(origin)}[{', '.join(describe_type(argument) for argument in arguments)}]"
    if hint is None or hint is types.NoneType:
        return "None"
    if isinstance(hint, TypeVar):
        return hint.__name__
    if hasattr(hint, "__qualname__"):
        return label_of(hint)
    return getattr(hint, "__name__", None) or str(hint)


def snake_case(name: str) -> str:
    """Return a class name as a bean name: ``HTTPClient`` becomes ``http_client``."""
    words: list[str] = []
    for index, letter in enumerate(name):
        before, after = name[index - 1 : index], name[index + 1 : index + 2]
        starts_word = letter.isupper() and (
            before.islower() or before.isdigit() or (before.isupper() and after.islower())
        )
        words.append(f"_{letter}" if starts_word else letter)
    return "".join(words).lower()
