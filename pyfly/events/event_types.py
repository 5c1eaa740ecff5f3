"""Which classes of events an annotation stands for."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin

from pyfly.metadata import strip_aliases

__all__ = ["event_types_of"]


def event_types_of(annotation: Any) -> tuple[type[Any], ...]:
    """Return the event classes an annotation names, each once, in the order they are written.

    Args:
        annotation: A class, a union of classes, or one of these behind ``Annotated`` or a type alias.

    Raises:
        TypeError: A part of it is no event class; the text says which and why.
    """
    annotation, _ = strip_aliases(annotation)
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        return tuple(dict.fromkeys(found for part in get_args(annotation) for found in event_types_of(part)))
    if annotation is Any:
        raise TypeError("typing.Any is not an event class; write object to hear every event")
    if origin is not None:
        raise TypeError(
            f"{annotation} cannot be told from other {origin.__name__} events at run time; write {origin.__name__}"
        )
    if not isinstance(annotation, type):
        raise TypeError(f"{annotation!r} is not an event class")
    try:
        issubclass(object, annotation)
    except TypeError as error:
        raise TypeError(f"{annotation.__name__} cannot be an event class: {error}") from None
    return (annotation,)
