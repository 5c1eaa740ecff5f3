# Generated from pyfly/metadata/generics.py; edit that, then run: python -m tools.stubs
"""What classes put in for the type variables of their generic bases."""

from collections.abc import Iterator
from typing import Any

__all__ = ["base_aliases", "close_variables", "type_arguments"]

def type_arguments(declared: Any, base: Any = None) -> dict[Any, Any]:
    """Return what a type puts in for the type variables of its class, or of a base class, as far as it tells.

    A variable that is given nothing has its default, in which other variables may stand. One without a default is
    absent, or stays in the type that another one is given.

    Args:
        declared: A class or a generic alias.
        base: One of its base classes.
    """

def base_aliases(declared: Any) -> Iterator[Any]:
    """Yield the generic aliases among all bases of a type, with the type variables that it tells of put in.

    Args:
        declared: A class or a generic alias.
    """

def close_variables(hint: Any) -> Any:
    """Return a type without open type variables: each has its default, and is ``Any`` where it has none."""
