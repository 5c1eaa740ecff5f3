"""What a parameter's annotation says about where its value comes from and what it may be."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from typing_extensions import NoDefault

from pyfly.metadata import is_alias, open_alias, strip_aliases
from pyfly.rules import TypeFacts
from pyfly.rules.types import ANYTHING, COLLECTION, literal_member
from pyfly.web.parameters import FromBody, FromCookie, FromHeader, FromQuery, Marker

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "admits_none",
    "facts_of",
    "is_built_in",
    "model_of",
    "split_markers",
    "takes_many",
    "type_name",
    "union_members",
]

# What rules tell apart; whatever else is annotated is left to pydantic.
_TELLING: Final[Mapping[object, str]] = {
    **{kind: kind.__name__ for kind in (str, bytes, bool, int, float, complex, UUID)},
    type(None): "None",
    None: "None",
}
# Most parameters are of these.
_FACTS_OF_BUILT_IN: Final[Mapping[object, TypeFacts]] = {
    kind: TypeFacts(name, (name,)) for kind, name in _TELLING.items()
}
_UNIONS: Final = (Union, types.UnionType)
_MARKERS: Final = (FromQuery, FromHeader, FromCookie, FromBody)


def split_markers(annotation: Any) -> tuple[tuple[Marker, ...], Any]:
    """Return the markers in an annotation, also inside a union, and the annotation without them."""
    if isinstance(annotation, type):
        return (), annotation
    origin = get_origin(annotation)
    if origin is Annotated:
        bare, *metadata = get_args(annotation)
        inner, bare = split_markers(bare)
        found = {_instance(item): None for item in metadata if _is_marker(item)}
        rest = tuple(item for item in metadata if not _is_marker(item))
        return (*inner, *found), (Annotated[(bare, *rest)] if rest else bare)
    if origin in _UNIONS:
        members = [split_markers(member) for member in get_args(annotation)]
        markers = dict.fromkeys(marker for found_markers, _ in members for marker in found_markers)
        return tuple(markers), (Union[tuple(member for _, member in members)] if markers else annotation)  # noqa: UP007  # members are known at run time only
    if is_alias(annotation):
        markers_behind, behind = split_markers(open_alias(annotation))
        return markers_behind, behind if markers_behind else annotation
    return (), annotation


def union_members(annotation: Any) -> Iterator[Any]:
    """Yield what an annotation admits: a union's members one by one, without metadata, aliases and ``NewType``."""
    annotation, _ = strip_aliases(annotation)
    if get_origin(annotation) in _UNIONS:
        for member in get_args(annotation):
            yield from union_members(member)
    elif hasattr(annotation, "__supertype__"):
        yield from union_members(annotation.__supertype__)
    else:
        yield annotation


def admits_none(annotation: Any) -> bool:
    """Tell whether None is one of the values an annotation names."""
    annotation = _without_metadata(annotation)
    if isinstance(annotation, type):
        return annotation is type(None)
    return any(member is None or member is type(None) for member in union_members(annotation))


def takes_many(annotation: Any) -> bool:
    """Tell whether an annotation asks for a list, set, tuple or other collection of values."""
    annotation = _without_metadata(annotation)
    if isinstance(annotation, type):
        return _is_collection(annotation)
    return any(_is_collection(get_origin(member) or member) for member in union_members(annotation))


def model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the pydantic model an annotation asks for, perhaps besides None."""
    annotation = _without_metadata(annotation)
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    members: list[Any] = [member for member in union_members(annotation) if member is not type(None)]
    is_model = len(members) == 1 and isinstance(members[0], type) and issubclass(members[0], BaseModel)
    return cast("type[BaseModel]", members[0]) if is_model else None


def is_built_in(annotation: Any) -> bool:
    """Tell whether an annotation is ``Any``, or names built-in types alone, without metadata."""
    if get_origin(annotation) in _UNIONS:
        return all(member in _TELLING for member in get_args(annotation))
    return annotation is Any or (isinstance(annotation, type) and annotation in _TELLING)


def facts_of(annotation: Any) -> TypeFacts:
    """Return what rules need to know of an annotation."""
    annotation = _without_metadata(annotation)
    if isinstance(annotation, type):
        return _FACTS_OF_BUILT_IN.get(annotation) or TypeFacts(annotation.__name__, tuple(_members(annotation)))
    members = [name for member in union_members(annotation) for name in _members(member)]
    return TypeFacts(type_name(annotation), tuple(members))


def type_name(annotation: Any) -> str:
    """Return an annotation as people write it: without modules and ``Annotated``."""
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, list):  # the parameters of a Callable
        return f"[{_listed(cast('Iterable[Any]', annotation))}]"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in _UNIONS:
        return " | ".join(type_name(member) for member in arguments)
    if origin is Literal:
        return f"Literal[{', '.join(map(_literal_name, arguments))}]"
    if origin is not None and arguments and not _are_defaults(origin, arguments):
        return f"{type_name(origin)}[{_listed(arguments)}]"
    if origin is not None and arguments:
        return type_name(origin)
    name = getattr(annotation, "__name__", None)
    return name if isinstance(name, str) else str(annotation).replace("typing.", "")


def _are_defaults(origin: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether type arguments are those that a class has where nobody writes any."""
    variables = getattr(origin, "__parameters__", ())
    return bool(variables) and arguments == tuple(getattr(variable, "__default__", NoDefault) for variable in variables)


def _without_metadata(annotation: Any) -> Any:
    """Return what stands in an ``Annotated``; most often a class, of which all is known without a closer look."""
    while not isinstance(annotation, type) and get_origin(annotation) is Annotated:
        annotation = annotation.__origin__
    return annotation


def _listed(annotations: Iterable[Any]) -> str:
    return ", ".join(type_name(annotation) for annotation in annotations)


def _is_marker(item: Any) -> bool:
    return isinstance(item, _MARKERS) or item in _MARKERS


def _instance(marker: Any) -> Marker:
    # Annotated[str, FromQuery] without the parentheses means the same.
    made: Marker = marker() if isinstance(marker, type) else marker
    return made


def _is_collection(kind: Any) -> bool:
    if not isinstance(kind, type) or kind in _TELLING or issubclass(kind, str | bytes | bytearray | Mapping):
        return False
    return kind is Iterable or issubclass(kind, Collection)


def _members(member: Any) -> Iterator[str]:
    kind = get_origin(member) or member
    if kind is Literal:
        for value in get_args(member):
            yield "None" if value is None else literal_member(type(value).__name__)
    elif _is_collection(kind) or (isinstance(kind, type) and issubclass(kind, Mapping)):
        yield COLLECTION
    else:
        yield _TELLING.get(member, ANYTHING) if isinstance(member, type | None) else ANYTHING


def _literal_name(value: Any) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)
