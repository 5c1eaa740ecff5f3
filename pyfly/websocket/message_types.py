"""The types of a session's messages: what a union holds, and pydantic's adapter of each type."""

from __future__ import annotations

from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Never,
    NoReturn,
    Union,
    get_args,
    get_origin,
)

from pyfly.metadata import strip_aliases
from pyfly.web.annotations import type_name
from pyfly.web.type_adapters import TypeAdapterError, new_adapter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import TypeAdapter

__all__ = ["MessageType", "MessageTypeError", "adapter_of", "json_part_of", "members_of", "union_of"]


class MessageTypeError(TypeError):
    """A session's message types can never work.

    Attributes:
        problem: What is wrong with them.
        mend: How to put it right.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem, mend)
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem}; {self.mend}"


class MessageType(NamedTuple):
    """One member of a message's type.

    Attributes:
        kind: The type itself, without aliases and ``Annotated`` around it.
        annotation: The type as it was written.
    """

    kind: Any
    annotation: Any

    @property
    def is_raw(self) -> bool:
        """Whether it is ``str`` or ``bytes``, which travel as they are."""
        return self.kind in (str, bytes)

    @property
    def is_bare(self) -> bool:
        """Whether nothing is written around it that could change how it is read or written."""
        return self.kind is self.annotation


def members_of(annotation: Any) -> list[MessageType]:
    """Return the members of a union, looked at through aliases and ``Annotated``; any other type is its own.

    ``Never`` has none.
    """
    kind, _ = strip_aliases(annotation)
    if kind in (Never, NoReturn):
        return []
    if get_origin(kind) in (Union, UnionType):
        return [member for part in get_args(kind) for member in members_of(part)]
    return [MessageType(kind, annotation)]


def json_part_of(annotation: Any) -> Any:
    """Return a type without its ``str`` and ``bytes``, and with the discriminators of what remains."""
    if not any(member.is_raw for member in members_of(annotation)):
        return annotation
    parts = get_args(strip_aliases(annotation)[0])
    return union_of(json_part_of(part) for part in parts if not all(member.is_raw for member in members_of(part)))


def union_of(annotations: Iterable[Any]) -> Any:
    """Return the union of some types."""
    return Union[tuple(annotations)]  # noqa: UP007  # a tuple at run time


_adapters: dict[Any, tuple[Any, TypeAdapter[Any]]] = {}


def adapter_of(annotation: Any) -> TypeAdapter[Any]:
    """Return pydantic's adapter of a type, the same one for all sessions of this process.

    Raises:
        MessageTypeError: pydantic knows nothing of the type.
    """
    key = _identity(annotation)
    if key not in _adapters:
        # Kept beside its adapter, the annotation keeps the objects whose ids are in the key.
        _adapters[key] = annotation, _new_adapter(annotation)
    return _adapters[key][1]


def _identity(annotation: Any) -> Any:
    """Return what tells a type from others: unlike the types themselves, also the order of a union's members."""
    parts: Any = annotation
    if isinstance(annotation, list):  # the parameters of a Callable
        return tuple(map(_identity, parts))
    origin = get_origin(annotation)
    if origin is Annotated:
        return origin, _identity(annotation.__origin__), *map(id, annotation.__metadata__)
    if origin is None or origin is Literal:
        return annotation
    return origin, *map(_identity, get_args(annotation))


def _new_adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return new_adapter(annotation)
    except TypeAdapterError as error:
        problem = f'pydantic cannot validate "{type_name(annotation)}": {error.problem}'
        raise MessageTypeError(problem, error.mend) from error
