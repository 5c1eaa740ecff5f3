"""What all mapping decorators do: check the path, check the target, record the descriptor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry
from pyfly.web.descriptors import checked_path

if TYPE_CHECKING:
    from pyfly.web.descriptors import MethodMapping

__all__ = ["declare_method", "declare_path"]


def declare_path(path: object, *, decorator: str) -> tuple[str, SourceLocation]:
    """Check the path given to a mapping decorator, at the line that gives it.

    Args:
        path: What the author passed.
        decorator: The decorator's name, for messages.

    Returns:
        The path, and the author's line.

    Raises:
        DeclarationError: The path breaks the grammar, or the decorator was used without parentheses.
    """
    source = SourceLocation.of_caller()
    if isinstance(path, Callable):  # type: ignore[arg-type]  # isinstance accepts the ABC
        raise DeclarationError(
            source, f"@{decorator} is used without parentheses", f'write @{decorator}() or @{decorator}("/path")'
        )
    return checked_path(path, source), source


def declare_method(
    target: Any, descriptor: MethodMapping, *, decorator: str, registry: MetadataRegistry | None = None
) -> None:
    """Record a mapping for a method.

    Args:
        target: What the decorator was applied to.
        descriptor: The mapping.
        decorator: The decorator's name, for messages.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is a class, a static or class method, or nothing that can be called.
    """
    found, mend = _no_method(target)
    if found:
        raise DeclarationError(descriptor.source, f"@{decorator} decorates a method, not {found}", mend)
    (default_registry if registry is None else registry).record(target, descriptor)


def _no_method(target: Any) -> tuple[str, str]:
    if isinstance(target, type):
        return f'the class "{target.__name__}"', "decorate its methods; @request_mapping sets a class's base path"
    if isinstance(target, staticmethod | classmethod):
        kind = "staticmethod" if isinstance(target, staticmethod) else "classmethod"
        return f'the {kind} "{target.__name__}"', f"remove @{kind} and take self as the first parameter"
    if not callable(target):
        return f"a {type(target).__name__}", "decorate a method defined with def or async def"
    return "", ""
