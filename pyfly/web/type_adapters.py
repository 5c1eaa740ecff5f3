"""Type adapters, made once for each type that many handlers name, and what is told where there can be none."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter, is_
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, final, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, Field, PydanticUserError, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import SchemaError

from pyfly.metadata import remembered

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["TypeAdapterError", "new_adapter", "type_adapter"]

_BUILT_IN: Final = frozenset({bool, bytes, float, int, str, UUID})
_LIMITS: Final = frozenset(map(type, Field(gt=0, ge=0, lt=0, le=0, multiple_of=1, min_length=0, max_length=0).metadata))
"""What ``Field(ge=1, le=100)`` keeps of its arguments: an object with one attribute for each."""
_OTHERS: Final = tuple(name for name in FieldInfo.__slots__ if name != "metadata" and not name.startswith("_"))
_read_others: Final = attrgetter(*_OTHERS)
_NO_OTHERS: Final = _read_others(Field())

_limited: Final[dict[tuple[object, ...], TypeAdapter[Any]]] = {}


@final
class TypeAdapterError(TypeError):
    """pydantic has no adapter of a type.

    Attributes:
        problem: Why not, in its words or in those of the type's own code.
        mend: How to put that right.
        is_unknown: Whether pydantic does not know the type, or a name in it, rather than finds it wrong.
    """

    def __init__(self, error: Exception) -> None:
        first, *others = str(error).strip().splitlines() or [""]
        # Only where the first line announces it, the reason stands in those that follow.
        told = " ".join([first, *map(str.strip, others)]) if first.endswith(":") else first
        self.problem: str = told.rstrip(".")
        is_unresolved = isinstance(error, NameError) or getattr(error, "code", None) == "class-not-fully-defined"
        is_wrong = "discriminator" in str(getattr(error, "code", None))
        self.is_unknown: bool = is_unresolved or (isinstance(error, PydanticUserError) and not is_wrong)
        self.mend: str = "mend the type"
        if is_unresolved:
            self.mend = "define the types that it names before it, or at module level"
        elif self.is_unknown:
            self.mend = "use pydantic models, dataclasses, TypedDicts, or other types it knows"
        if not isinstance(error, (PydanticUserError, SchemaError, NameError, TypeError, ValueError)):
            self.problem = ": ".join(filter(None, (type(error).__name__, self.problem)))
        super().__init__(self.problem)


def type_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates and writes a type, complete.

    Built-in types and models share theirs, and so do their lists, what may be None instead, and built-in types with
    limits: an application names them again and again.

    Args:
        annotation: Any type.

    Raises:
        TypeAdapterError: There is none.
    """
    named = _named_in(annotation)
    if named in _BUILT_IN:
        return _of_built_in(annotation)
    if isinstance(named, type) and issubclass(named, BaseModel):
        return remembered(named, ("type adapter", annotation), lambda: new_adapter(annotation))
    if (limits := _limits_of(annotation)) is not None:
        if limits not in _limited:
            _limited[limits] = new_adapter(annotation)
        return _limited[limits]
    return new_adapter(annotation)


def new_adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates and writes a type, complete and shared with nobody.

    Args:
        annotation: Any type.

    Raises:
        TypeAdapterError: There is none.
    """
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        if not adapter.pydantic_complete:
            adapter.rebuild(raise_errors=True)
    except Exception as error:  # types bring code of their own, and pydantic's errors have no common class
        raise TypeAdapterError(error) from error
    return adapter


def _limits_of(annotation: Any) -> tuple[object, ...] | None:
    """Return what tells built-in types with limits apart; None for all others.

    Fields cannot be compared, but what they hold can, and an application whose every endpoint has a limit starts in a
    fifth less time.
    """
    match get_args(annotation):
        case (kind, FieldInfo() as field) if get_origin(annotation) is Annotated and kind in _BUILT_IN:
            if not field.metadata or not all(map(is_, _read_others(field), _NO_OTHERS)):
                return None
            limits = [_limit_of(item) for item in field.metadata]
            return None if None in limits else (kind, *limits)
        case _:
            return None


def _limit_of(item: Any) -> tuple[object, ...] | None:
    """Return what tells a limit from others, if it is a number: 1 and 1.0 are told apart."""
    if type(item) not in _LIMITS:
        return None
    (name,) = item.__slots__
    limit: object = getattr(item, name)
    return (name, type(limit), limit) if type(limit) in (int, float) else None


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
    return new_adapter(kind)
