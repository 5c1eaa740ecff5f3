"""What a callable takes, without evaluating what its annotations say."""

from __future__ import annotations

import inspect
import sys
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

import typing_extensions as te

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Parameter", "parameters_of", "read_signature"]

_EMPTY: Final = inspect.Parameter.empty
_POSITIONAL_ONLY: Final = inspect.Parameter.POSITIONAL_ONLY
_POSITIONAL: Final = inspect.Parameter.POSITIONAL_OR_KEYWORD
_KEYWORD_ONLY: Final = inspect.Parameter.KEYWORD_ONLY
# What makes the signature of a function another than that of its code.
_TELLING: Final = frozenset({"__wrapped__", "__signature__", "__partialmethod__", "_partialmethod"})


@final
class Parameter(NamedTuple):
    """One parameter of a callable.

    Attributes:
        name: Its name.
        kind: How it takes a value, as `inspect.Parameter` has it.
        has_default: Whether it has a default.
        default: The default; None without one.
        annotated: Whether it has an annotation.
    """

    name: str
    kind: object
    has_default: bool
    default: Any
    annotated: bool


def read_signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return a callable's signature without evaluating its annotations.

    Python 3.14 evaluates them by default (PEP 649), and fails where a name is defined for type checkers only.
    """
    if sys.version_info >= (3, 14):
        return inspect.signature(function, annotation_format=te.Format.FORWARDREF)
    return inspect.signature(function)


def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return a callable's parameters, in the order of its signature.

    Those of a plain function are read from its code: an application of many handlers starts a twentieth sooner by it.
    """
    if isinstance(function, FunctionType) and _TELLING.isdisjoint(vars(function)):
        return tuple(_of_code(function))
    return tuple(
        Parameter(
            found.name,
            found.kind,
            found.default is not _EMPTY,
            None if found.default is _EMPTY else found.default,
            found.annotation is not _EMPTY,
        )
        for found in read_signature(function).parameters.values()
    )


def _of_code(function: FunctionType) -> Iterator[Parameter]:
    code = function.__code__
    positional, keyword = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames
    variadic = positional + keyword
    defaults, keyword_defaults = function.__defaults__ or (), function.__kwdefaults__ or {}
    if sys.version_info >= (3, 14):
        annotations = te.get_annotations(function, format=te.Format.FORWARDREF)
    else:
        annotations = function.__annotations__
    without_default = positional - len(defaults)
    for position, name in enumerate(names[:positional]):
        kind = _POSITIONAL_ONLY if position < code.co_posonlyargcount else _POSITIONAL
        has_default = position >= without_default
        default = defaults[position - without_default] if has_default else None
        yield Parameter(name, kind, has_default, default, name in annotations)
    if code.co_flags & CO_VARARGS:
        yield Parameter(names[variadic], inspect.Parameter.VAR_POSITIONAL, False, None, names[variadic] in annotations)
        variadic += 1
    for name in names[positional : positional + keyword]:
        yield Parameter(name, _KEYWORD_ONLY, name in keyword_defaults, keyword_defaults.get(name), name in annotations)
    if code.co_flags & CO_VARKEYWORDS:
        yield Parameter(names[variadic], inspect.Parameter.VAR_KEYWORD, False, None, names[variadic] in annotations)
