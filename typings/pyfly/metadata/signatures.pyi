# Generated from pyfly/metadata/signatures.py; edit that, then run: python -m tools.stubs
"""What a callable takes, without evaluating what its annotations say."""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, final

__all__ = ["Parameter", "parameters_of", "read_signature"]

@final
class Parameter(NamedTuple):
    """One parameter of a callable.

    Attributes:
        name: Its name.
        kind: How it takes a value, as `inspect.Parameter` has it.
        has_default: Whether it has a default.
        default: The default; None without one.
        annotated: Whether it has an annotation.
    """

    name: str
    kind: object
    has_default: bool
    default: Any
    annotated: bool

def read_signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return a callable's signature without evaluating its annotations.

    Python 3.14 evaluates them by default (PEP 649), and fails where a name is defined for type checkers only.
    """

def parameters_of(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Return a callable's parameters, in the order of its signature.

    Those of a plain function are read from its code: an application of many handlers starts a twentieth sooner by it.
    """
