"""Who a request or a session is from, as Starlette's ``AuthenticationMiddleware`` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_authenticated", "scopes_of"]


def is_authenticated(user: Any) -> bool:
    """Tell whether a user is somebody: there is one, and its ``is_authenticated``, where it has that, says so."""
    return user is not None and bool(getattr(user, "is_authenticated", True))


def scopes_of(scope: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes that were granted, from ``scope["auth"].scopes``."""
    return frozenset(getattr(scope.get("auth"), "scopes", ()))
