"""Type adapters, made once for each type that many handlers name."""

from __future__ import annotations

import re
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from pyfly.metadata import remembered

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["type_adapter"]

_BUILT_IN: Final = frozenset({bool, bytes, float, int, str, UUID})
_LIMITS: Final = re.compile(
    r"FieldInfo\(annotation=NoneType, required=True, metadata=\[(?:[A-Z][A-Za-z]+\([a-z_]+=-?[0-9.]+\)(?:, )?)+\]\)"
)
"""How ``Field(ge=1, le=100)`` reads, with numbers as limits and nothing else."""

_limited: Final[dict[tuple[object, str], TypeAdapter[Any]]] = {}


def type_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates and writes a type, complete.

    Built-in types and models share theirs, and so do their lists, what may be None instead, and built-in types with
    limits: an application names them again and again.

    Args:
        annotation: Any type.

    Raises:
        PydanticUserError: pydantic has no schema for it.
        PydanticUndefinedAnnotation: Names in it cannot be resolved.
    """
    named = _named_in(annotation)
    if named in _BUILT_IN:
        return _of_built_in(annotation)
    if isinstance(named, type) and issubclass(named, BaseModel):
        return remembered(named, ("type adapter", annotation), lambda: _complete(annotation))
    if (limits := _limits_of(annotation)) is not None:
        if limits not in _limited:
            _limited[limits] = _complete(annotation)
        return _limited[limits]
    return _complete(annotation)


def _limits_of(annotation: Any) -> tuple[object, str] | None:
    """Return what tells built-in types with limits apart; None for all others.

    Fields cannot be compared, but read alike, and an application whose every endpoint has a limit starts in a fifth
    less time.
    """
    match get_args(annotation):
        case (kind, FieldInfo() as field) if get_origin(annotation) is Annotated and kind in _BUILT_IN:
            text = repr(field)
            return (kind, text) if _LIMITS.fullmatch(text) else None
        case _:
            return None


def _named_in(annotation: Any) -> Any:
    """Return the class that an annotation is, or that it is the list of, or that may be None; None for others."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    if len(arguments) == 1 and get_origin(annotation) in (list, Union, UnionType):
        return _named_in(arguments[0])
    return None


@lru_cache
def _of_built_in(kind: Hashable) -> TypeAdapter[Any]:
    return _complete(kind)


def _complete(annotation: Any) -> TypeAdapter[Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    if not adapter.pydantic_complete:
        adapter.rebuild(raise_errors=True)
    return adapter
