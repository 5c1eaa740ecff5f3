"""What classes put in for the type variables of their generic bases."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, TypeVarTuple, get_args, get_origin

import typing_extensions as te

from pyfly.metadata.aliases import open_variables, resolve_references, substitute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["base_aliases", "close_variables", "type_arguments"]

_MANY: Final = (TypeVarTuple, te.TypeVarTuple)
_NOT_BASES: Final = frozenset({object, ABC, Generic, Protocol, te.Protocol})


def type_arguments(declared: Any, base: Any = None) -> dict[Any, Any]:
    """Return what a type puts in for the type variables of its class, or of a base class, as far as it tells.

    A variable that is given nothing has its default, in which other variables may stand. One without a default is
    absent, or stays in the type that another one is given.

    Args:
        declared: A class or a generic alias.
        base: One of its base classes.
    """
    origin = get_origin(declared) or declared
    if base is not None and base is not origin:
        aliases = [alias for alias in base_aliases(declared) if get_origin(alias) is base]
        # Where several ways lead to the base, the one that tells most.
        return type_arguments(min(aliases, key=lambda alias: len(open_variables(alias)), default=base))
    declared_parameters: Any = getattr(origin, "__parameters__", ())
    # A class such as types.GenericAlias has a descriptor of that name.
    parameters: tuple[Any, ...] = () if hasattr(declared_parameters, "__get__") else declared_parameters
    arguments: dict[Any, Any] = {}
    given = dict(_paired(parameters, get_args(declared)))
    for variable in parameters:
        if not isinstance(variable, TypeVar):
            continue
        default = getattr(variable, "__default__", te.NoDefault)
        has_default = default is not te.NoDefault
        argument = given.get(variable, default)
        # Python itself fills a variable that is left out with its default, as it is written.
        if has_default and argument == default:
            argument = substitute(default, arguments)
        if argument is not te.NoDefault:
            arguments[variable] = argument
    return arguments


def base_aliases(declared: Any) -> Iterator[Any]:
    """Yield the generic aliases among all bases of a type, with the type variables that it tells of put in.

    Args:
        declared: A class or a generic alias.
    """
    origin = get_origin(declared) or declared
    arguments = type_arguments(declared)
    names = {item.__name__: item for item in (origin, *getattr(origin, "__type_params__", ()))}
    for base in te.get_original_bases(origin):
        if (get_origin(base) or base) in _NOT_BASES:
            continue
        alias = substitute(resolve_references(base, origin.__module__, names), arguments)
        base_origin = get_origin(alias) or alias
        if isinstance(base_origin, type):
            if alias is not base_origin:
                yield alias
            yield from base_aliases(alias)


def close_variables(hint: Any) -> Any:
    """Return a type without open type variables: each has its default, and is ``Any`` where it has none."""
    variables = (hint,) if isinstance(hint, TypeVar) else open_variables(hint)
    return substitute(hint, {variable: _closed(variable) for variable in variables if isinstance(variable, TypeVar)})


def _closed(variable: Any) -> Any:
    default = getattr(variable, "__default__", te.NoDefault)
    return Any if default is te.NoDefault else close_variables(default)


def _paired(parameters: Sequence[Any], arguments: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield type variables with their arguments; a variable number of them is left out, as it is no one type."""
    many = next((place for place, item in enumerate(parameters) if isinstance(item, _MANY)), len(parameters))
    yield from zip(parameters[:many], arguments, strict=False)
    if after := len(parameters[many + 1 :]):
        yield from zip(parameters[-after:], arguments[-after:], strict=False)
