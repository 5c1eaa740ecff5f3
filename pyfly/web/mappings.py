"""What all mapping decorators do: check the path, check the target, record the descriptor."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pyfly.metadata import DeclarationError, MetadataRegistry, SourceLocation, default_registry
from pyfly.rules import check_target, declaration_error, missing_parentheses
from pyfly.web.descriptors import checked_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.rules import HandlerStyle, TargetKind
    from pyfly.web.descriptors import MethodMapping

__all__ = ["declare_method", "declare_path", "handler_style", "uncalled"]

_NO_METHODS: Final[Mapping[type, TargetKind]] = {
    type: "class",
    staticmethod: "staticmethod",
    classmethod: "classmethod",
}


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
        raise declaration_error(missing_parentheses(decorator), source)
    return checked_path(path, source), source


def uncalled(path: object) -> Any:
    """Return what a decorator without parentheses was given in the place of its path; None for a path.

    Where that was refused, and the refusal is kept, it is handed back as if it had not been decorated.

    Args:
        path: What the author passed.
    """
    return path if callable(path) else None


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
    for type_, kind in _NO_METHODS.items():
        if isinstance(target, type_):
            name = getattr(target, "__name__", "")
            raise declaration_error(check_target(decorator, kind, name), descriptor.source)
    if not callable(target):
        raise DeclarationError(
            descriptor.source,
            f"@{decorator} decorates a method, not a {type(target).__name__}",
            "decorate a method defined with def or async def",
            "pyfly-handler",
        )
    (default_registry if registry is None else registry).record(target, descriptor)


def handler_style(handler: Callable[..., Any]) -> HandlerStyle:
    """Return what calling a handler gives; ``functools.wraps`` wrappers are looked through."""
    function = inspect.unwrap(handler)
    if inspect.isasyncgenfunction(function):
        return "async_generator"
    if inspect.isgeneratorfunction(function):
        return "generator"
    return "coroutine" if inspect.iscoroutinefunction(function) else "function"
