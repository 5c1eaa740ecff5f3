"""Type adapters, made once for each type that many handlers name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from pyfly.metadata import remembered

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["type_adapter"]

_BUILT_IN: Final = frozenset({bool, bytes, float, int, str, UUID})


def type_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates and writes a type, complete.

    Built-in types and models share theirs: an application names them again and again.

    Args:
        annotation: Any type.

    Raises:
        PydanticUserError: pydantic has no schema for it.
        PydanticUndefinedAnnotation: Names in it cannot be resolved.
    """
    if isinstance(annotation, type):
        if annotation in _BUILT_IN:
            return _of_built_in(annotation)
        if issubclass(annotation, BaseModel):
            return remembered(annotation, "type adapter", lambda: _complete(annotation))
    return _complete(annotation)


@lru_cache(maxsize=len(_BUILT_IN))
def _of_built_in(kind: Hashable) -> TypeAdapter[Any]:
    return _complete(kind)


def _complete(annotation: Any) -> TypeAdapter[Any]:
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    if not adapter.pydantic_complete:
        adapter.rebuild(raise_errors=True)
    return adapter
