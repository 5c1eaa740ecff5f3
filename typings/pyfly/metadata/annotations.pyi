# Generated from pyfly/metadata/annotations.py; edit that, then run: python -m tools.stubs
"""Annotations of handlers, listeners and constructors, evaluated at run time."""

import inspect
from collections.abc import Callable
from typing import Any

from pyfly.metadata.errors import DeclarationError

__all__ = ["read_signature", "resolve_annotations"]

def read_signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return a callable's signature without evaluating its annotations.

    Python 3.14 evaluates them by default (PEP 649), and fails where a name is defined for type checkers only.
    """

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
