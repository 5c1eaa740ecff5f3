"""Type hints without what is wrapped around them: type aliases and ``Annotated``."""

from __future__ import annotations

import typing
from typing import Annotated, Any, get_args, get_origin

import typing_extensions as te

__all__ = ["open_variables", "strip_aliases", "substitute"]

# The ``type`` statement makes one of typing's, whose backport is a class of its own.
_ALIASES = (te.TypeAliasType, getattr(typing, "TypeAliasType", te.TypeAliasType))


def strip_aliases(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type hint without ``Annotated`` and type aliases around it, and the metadata they held.

    Args:
        hint: Any type; PEP 695 aliases are looked through, generic ones with their arguments put in.
    """
    metadata: tuple[Any, ...] = ()
    while True:
        alias = hint if isinstance(hint, _ALIASES) else get_origin(hint)
        if isinstance(alias, _ALIASES):
            hint = substitute(alias.__value__, dict(zip(alias.__type_params__, get_args(hint), strict=False)))
        elif alias is Annotated:
            metadata = (*hint.__metadata__, *metadata)
            hint = hint.__origin__
        else:
            return hint, metadata


def substitute(hint: Any, arguments: dict[Any, Any]) -> Any:
    """Return a type hint with its type variables replaced.

    Args:
        hint: Any type.
        arguments: What to put in, by type variable; variables without an entry stay.
    """
    if isinstance(hint, typing.TypeVar):
        return arguments.get(hint, hint)
    variables = open_variables(hint)
    if not any(variable in arguments for variable in variables):
        return hint
    return hint[tuple(arguments.get(variable, variable) for variable in variables)]


def open_variables(hint: Any) -> tuple[Any, ...]:
    """Return the type variables that an alias leaves open; a class by itself has none."""
    return () if isinstance(hint, type) else getattr(hint, "__parameters__", ())
