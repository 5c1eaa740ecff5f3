"""What an endpoint requires of its user, all declarations taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from pyfly.web.problems import ProblemError
from pyfly.web.security.descriptors import AccessRule

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from pyfly.metadata import MetadataRegistry
    from pyfly.web.endpoints import Endpoint

__all__ = ["Access", "ControllerAccess", "access_of", "expired", "unauthenticated"]


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
    own = registry.member(endpoint.controller, endpoint.name, AccessRule)
    return _together([member.descriptor for member in own], lambda: _rules_of_class(endpoint.controller, registry))


@final
class ControllerAccess:
    """What the endpoints of one controller require, for whoever asks for all of them.

    Args:
        controller: The controller.
        registry: Where the decorators recorded.
    """

    __slots__ = ("_of_class", "_of_methods")

    def __init__(self, controller: type, registry: MetadataRegistry) -> None:
        self._of_methods: dict[str, list[AccessRule]] = {}
        for member in registry.members(controller, AccessRule):
            self._of_methods.setdefault(member.name, []).append(member.descriptor)
        self._of_class = _rules_of_class(controller, registry)

    def of(self, name: str) -> Access | None:
        """Return what a method requires, as `access_of` does."""
        return _together(self._of_methods.get(name, []), lambda: self._of_class)

    def permits_all(self, name: str) -> bool:
        """Tell whether a method is marked ``@permit_all``."""
        return any(rule.everybody for rule in self._of_methods.get(name, ()))


def _together(own: list[AccessRule], of_class: Callable[[], list[AccessRule]]) -> Access | None:
    if any(rule.everybody for rule in own):
        return None
    rules = own + of_class()
    if not rules:
        return None
    return Access(tuple(dict.fromkeys(scope for rule in rules for scope in rule.scopes)))


def _rules_of_class(controller: type, registry: MetadataRegistry) -> list[AccessRule]:
    return [rule for klass in controller.__mro__ for rule in registry.find_all(klass, AccessRule)]
