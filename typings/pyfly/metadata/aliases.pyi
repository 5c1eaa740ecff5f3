# Generated from pyfly/metadata/aliases.py; edit that, then run: python -m tools.stubs
"""Type hints without what is wrapped around them: type aliases and ``Annotated``."""

from collections.abc import Mapping
from typing import Any

__all__ = ["is_alias", "open_alias", "open_variables", "resolve_references", "strip_aliases", "substitute"]

def strip_aliases(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type hint without ``Annotated`` and type aliases around it, and the metadata they held.

    Args:
        hint: Any type; PEP 695 aliases are looked through, generic ones with their arguments put in.
    """

def is_alias(hint: Any) -> bool:
    """Tell whether a type hint is a PEP 695 alias, perhaps one with arguments."""

def open_alias(hint: Any) -> Any:
    """Return what a PEP 695 alias stands for, with its arguments put in.

    Args:
        hint: An alias; see `is_alias`.
    """

def substitute(hint: Any, arguments: dict[Any, Any]) -> Any:
    """Return a type hint with its type variables replaced.

    Args:
        hint: Any type.
        arguments: What to put in, by type variable; variables without an entry stay.
    """

def open_variables(hint: Any) -> tuple[Any, ...]:
    """Return the type variables that an alias leaves open; a class by itself has none."""

def resolve_references(hint: Any, module: str | None, names: Mapping[str, Any]) -> Any:
    """Return a type hint with its strings evaluated; as it was where they name what is not there.

    Args:
        hint: Any type, or one as a string.
        module: The name of the module in which it is written.
        names: Further names that may stand in it.
    """
