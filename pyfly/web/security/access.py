"""What an endpoint requires of its user, all declarations taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from pyfly.web.problems import ProblemError
from pyfly.web.security.descriptors import AccessRule

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pyfly.metadata import MetadataRegistry
    from pyfly.web.endpoints import Endpoint

__all__ = ["Access", "access_of", "expired", "permits_all", "unauthenticated"]


def unauthenticated(detail: str, challenge: str) -> ProblemError:
    """Return the answer to a request or handshake of nobody.

    Args:
        detail: What is wrong, for people.
        challenge: Its ``WWW-Authenticate`` (RFC 9110, section 11.6.1).
    """
    return ProblemError(401, detail, headers={"WWW-Authenticate": challenge})


def expired(challenge: str) -> ProblemError:
    """Return the answer to somebody whose proof of identity has run out.

    Args:
        challenge: Its ``WWW-Authenticate``.
    """
    return unauthenticated("What proves the user's identity has run out.", challenge)


@final
@dataclass(frozen=True, slots=True)
class Access:
    """What is required of the user of an endpoint.

    Attributes:
        scopes: What the user must be allowed to do, in the order of declaration; empty when any user will do.
    """

    scopes: tuple[str, ...] = ()

    def problem(self, *, authenticated: bool, scopes: AbstractSet[str], challenge: str) -> ProblemError | None:
        """Return what keeps a user out: 401 for nobody, 403 for one who lacks a scope, None for who is let in.

        Args:
            authenticated: Whether there is a user.
            scopes: What the user is allowed to do.
            challenge: The ``WWW-Authenticate`` of a 401 (RFC 9110, section 11.6.1).
        """
        if not authenticated:
            return unauthenticated("This needs a user.", challenge)
        if missing := [scope for scope in self.scopes if scope not in scopes]:
            return ProblemError(403, "The user lacks a scope that this needs.", missing_scopes=missing)
        return None


def access_of(endpoint: Endpoint[Any], registry: MetadataRegistry) -> Access | None:
    """Return what an endpoint requires, or None for nothing.

    What is declared on the method, on the controller and on its base classes holds together; a method without a rule
    has that of the method it overrides. ``@permit_all`` on the method sets the classes' rules aside.

    Args:
        endpoint: The endpoint.
        registry: Where the decorators recorded.
    """
    rules = _rules_of_method(endpoint, registry)
    if any(rule.everybody for rule in rules):
        return None
    for klass in endpoint.controller.__mro__:
        rules += registry.find_all(klass, AccessRule)
    if not rules:
        return None
    return Access(tuple(dict.fromkeys(scope for rule in rules for scope in rule.scopes)))


def permits_all(endpoint: Endpoint[Any], registry: MetadataRegistry) -> bool:
    """Tell whether an endpoint is marked ``@permit_all``.

    Args:
        endpoint: The endpoint.
        registry: Where the decorators recorded.
    """
    return any(rule.everybody for rule in _rules_of_method(endpoint, registry))


def _rules_of_method(endpoint: Endpoint[Any], registry: MetadataRegistry) -> list[AccessRule]:
    return [member.descriptor for member in registry.member(endpoint.controller, endpoint.name, AccessRule)]
