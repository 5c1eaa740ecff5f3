# Generated from pyfly/container/scopes.py; edit that, then run: python -m tools.stubs
"""How long a bean lives."""

from enum import StrEnum
from typing import Literal

from pyfly.metadata import SourceLocation

__all__ = ["Scope", "ScopeName", "parse_scope"]

ScopeName = Literal["singleton", "session", "request", "transient"]
"""A scope as authors may write it."""

class Scope(StrEnum):
    """How long a bean lives, and who shares it."""

    SINGLETON = "singleton"
    """One for the whole container, until it closes."""
    SESSION = "session"
    """One for each WebSocket connection."""
    REQUEST = "request"
    """One for each HTTP request."""
    TRANSIENT = "transient"
    """A new one at each injection; the container keeps none of them."""

def parse_scope(scope: object, source: SourceLocation | None) -> Scope:
    """Return the scope of that name.

    Args:
        scope: A scope or its name.
        source: Where it was written.

    Raises:
        DeclarationError: There is no such scope.
    """
