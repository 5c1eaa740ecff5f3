# Generated from pyfly/web/security/access.py; edit that, then run: python -m tools.stubs
"""What an endpoint requires of its user, all declarations taken together."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, final

from pyfly.metadata import MetadataRegistry
from pyfly.web.endpoints import Endpoint
from pyfly.web.problems import ProblemError

__all__ = ["Access", "ControllerAccess", "access_of", "expired", "unauthenticated"]

def unauthenticated(detail: str, challenge: str) -> ProblemError:
    """Return the answer to a request or handshake of nobody.

    Args:
        detail: What is wrong, for people.
        challenge: Its ``WWW-Authenticate`` (RFC 9110, section 11.6.1).
    """

def expired(challenge: str) -> ProblemError:
    """Return the answer to somebody whose proof of identity has run out.

    Args:
        challenge: Its ``WWW-Authenticate``.
    """

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

def access_of(endpoint: Endpoint[Any], registry: MetadataRegistry) -> Access | None:
    """Return what an endpoint requires, or None for nothing.

    What is declared on the method, on the controller and on its base classes holds together; a method without a rule
    has that of the method it overrides. ``@permit_all`` on the method sets the classes' rules aside.

    Args:
        endpoint: The endpoint.
        registry: Where the decorators recorded.
    """

@final
class ControllerAccess:
    """What the endpoints of one controller require, for whoever asks for all of them.

    Args:
        controller: The controller.
        registry: Where the decorators recorded.
    """
    def __init__(self, controller: type, registry: MetadataRegistry) -> None: ...
    def of(self, name: str) -> Access | None:
        """Return what a method requires, as `access_of` does."""
    def permits_all(self, name: str) -> bool:
        """Tell whether a method is marked ``@permit_all``."""
