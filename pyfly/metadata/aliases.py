"""Type hints without what is wrapped around them: type aliases and ``Annotated``."""

from __future__ import annotations

import sys
import typing
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typing_extensions as te

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_alias", "open_alias", "open_variables", "resolve_references", "strip_aliases", "substitute"]

# The ``type`` statement makes one of typing's, whose backport is a class of its own.
_ALIASES = (te.TypeAliasType, getattr(typing, "TypeAliasType", te.TypeAliasType))


def strip_aliases(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type hint without ``Annotated`` and type aliases around it, and the metadata they held.

    Args:
        hint: Any type; PEP 695 aliases are looked through, generic ones with their arguments put in.
    """
    metadata: tuple[Any, ...] = ()
    while True:
        if is_alias(hint):
            hint = open_alias(hint)
        elif get_origin(hint) is Annotated:
            metadata = (*hint.__metadata__, *metadata)
            hint = hint.__origin__
        else:
            return hint, metadata


def is_alias(hint: Any) -> bool:
    """Tell whether a type hint is a PEP 695 alias, perhaps one with arguments."""
    return isinstance(hint, _ALIASES) or isinstance(get_origin(hint), _ALIASES)


def open_alias(hint: Any) -> Any:
    """Return what a PEP 695 alias stands for, with its arguments put in.

    Args:
        hint: An alias; see `is_alias`.
    """
    alias = hint if isinstance(hint, _ALIASES) else get_origin(hint)
    parameters: Any = alias.__type_params__
    names = {parameter.__name__: parameter for parameter in parameters}
    value = resolve_references(alias.__value__, alias.__module__, names)
    return substitute(value, dict(zip(parameters, get_args(hint), strict=False)))


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
    many = (typing.TypeVarTuple, te.TypeVarTuple)
    # A variable number of types takes the place of itself unpacked only.
    kept = (te.Unpack[variable] if isinstance(variable, many) else variable for variable in variables)
    return hint[tuple(arguments.get(variable, variable) for variable in kept)]


def open_variables(hint: Any) -> tuple[Any, ...]:
    """Return the type variables that an alias leaves open; a class by itself has none."""
    return () if isinstance(hint, type) else getattr(hint, "__parameters__", ())


def resolve_references(hint: Any, module: str | None, names: Mapping[str, Any]) -> Any:
    """Return a type hint with its strings evaluated; as it was where they name what is not there.

    Args:
        hint: Any type, or one as a string.
        module: The name of the module in which it is written.
        names: Further names that may stand in it.
    """
    if isinstance(hint, str):
        reference, known = te.ForwardRef(hint), dict(names)
    elif get_args(hint):
        # What is evaluated already may still hold strings inside, as in list["Message"].
        reference, known = te.ForwardRef("__hint__"), {**names, "__hint__": hint}
    else:
        return hint
    with suppress(Exception):  # the string may be any expression
        return te.evaluate_forward_ref(
            reference, globals=vars(sys.modules[module or ""]), locals=known, format=te.Format.VALUE
        )
    return hint
