# Generated from pyfly/metadata/annotations.py; edit that, then run: python -m tools.stubs
"""Annotations of handlers, listeners and constructors, evaluated at run time."""

from collections.abc import Callable
from typing import Any

from pyfly.metadata.errors import DeclarationError

__all__ = ["resolve_annotations"]

def resolve_annotations(
    function: Callable[..., Any],
    *,
    owner: type | None = None,
    target: type | None = None,
    faults: list[DeclarationError] | None = None,
) -> dict[str, Any]:
    """Return a function's annotations with every string and forward reference evaluated, ``Annotated`` kept.

    Args:
        function: A function or method; ``functools.wraps`` wrappers are looked through.
        owner: The class that defines it; its attributes and its own name may be used in annotations.
        target: The class that inherits the function, and tells what the owner's type variables stand for.
        faults: Where to add an `UnresolvedAnnotationError` for each annotation that cannot be evaluated, which is then
            absent; by default they are raised.

    Returns:
        Annotations by parameter name, and under ``"return"``. Parameters without one are absent.

    Raises:
        DeclarationErrors: Annotations cannot be evaluated; one `UnresolvedAnnotationError` each.
    """
