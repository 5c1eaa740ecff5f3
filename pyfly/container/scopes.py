"""How long a bean lives."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from pyfly.metadata import DeclarationError, did_you_mean

if TYPE_CHECKING:
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


OPENED_SCOPES: Final = frozenset({Scope.SESSION, Scope.REQUEST})
"""Scopes that are opened and closed many times while a container runs."""


def parse_scope(scope: object, source: SourceLocation | None) -> Scope:
    """Return the scope of that name.

    Args:
        scope: A scope or its name.
        source: Where it was written.

    Raises:
        DeclarationError: There is no such scope.
    """
    known = {str(member): member for member in Scope}
    if isinstance(scope, str) and scope in known:
        return known[scope]
    hint = did_you_mean(scope, known, otherwise=f"known are {', '.join(known)}")
    raise DeclarationError(source, f'unknown scope "{scope}"', hint, "pyfly-bean")
