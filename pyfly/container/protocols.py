"""Protocols that beans are asked for by, and classes that have their members without deriving from them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, get_origin

import typing_extensions as te

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["classes_with_members_of", "is_protocol"]


def is_protocol(wanted: Any) -> bool:
    """Tell whether a type is a Protocol, perhaps one with type arguments."""
    cls = get_origin(wanted) or wanted
    return isinstance(cls, type) and te.is_protocol(cls)


def classes_with_members_of(wanted: Any, types: Iterable[Any]) -> list[type]:
    """Return the classes that have all members of a Protocol; none where a type is no Protocol, or asks for nothing.

    Methods take as many arguments by position, and the same by name; types are not compared.

    Args:
        wanted: The type.
        types: What to choose from; what is no class is passed over.
    """
    if not is_protocol(wanted):
        return []
    protocol = get_origin(wanted) or wanted
    members = te.get_protocol_members(protocol)
    classes = [cls for cls in types if isinstance(cls, type) and not te.is_protocol(cls)]
    return [cls for cls in classes if members and all(_has_member(cls, name, protocol) for name in members)]


def _has_member(cls: type, name: str, protocol: type) -> bool:
    """Tell whether a class has a member of a Protocol: a method that can be called alike, or anything else."""
    if not hasattr(cls, name):
        return False
    asked = inspect.getattr_static(protocol, name, None)
    return not inspect.isfunction(asked) or _can_be_called_as(getattr(cls, name), asked, is_bound=_is_bound(cls, name))


def _is_bound(cls: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(cls, name), staticmethod | classmethod)


def _can_be_called_as(method: Any, asked: Callable[..., Any], *, is_bound: bool) -> bool:
    """Tell whether a method takes the arguments that another one takes.

    Args:
        method: What a class gives for its name.
        asked: The method of a Protocol.
        is_bound: Whether the first takes no self any more.
    """
    parameters = list(inspect.signature(asked).parameters.values())
    by_position = [each for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    by_name = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    try:
        inspect.signature(method).bind(*by_position[is_bound:], **dict.fromkeys(by_name))
    except TypeError:  # other arguments, or nothing that can be called
        return False
    except ValueError:  # written in C, without a signature
        return True
    return True
