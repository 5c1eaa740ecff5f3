# Generated from pyfly/web/security/decorators.py; edit that, then run: python -m tools.stubs
"""``@authenticated``, ``@requires`` and ``@permit_all``, for endpoints of every kind and for their controllers."""

from collections.abc import Callable
from typing import Any, TypeVar, final, overload

from pyfly.metadata import MetadataRegistry
from pyfly.web.security.descriptors import AccessRule

__all__ = ["AccessDecorator", "authenticated", "permit_all", "requires"]

Target = TypeVar("Target", bound=Callable[..., Any])

@final
class AccessDecorator:
    """What `requires` returns: sets a rule for a method or a controller, and hands it back unchanged."""
    def __init__(self, name: str, rule: AccessRule, registry: MetadataRegistry | None) -> None: ...
    def __call__(self, target: Target, /) -> Target:
        """Record the rule for the method or class.

        Raises:
            DeclarationError: The target is neither, or has a rule that says the opposite.
        """

@overload
def authenticated(target: Target, /) -> Target:
    """Let in users only, whoever they are; used bare, or called with options.

    Requests and handshakes without a user are answered with 401. The user is ``request.user`` or ``session.user``, as
    Starlette's ``AuthenticationMiddleware`` or a ``HandshakeInterceptor`` has set it; one whose ``is_authenticated``
    is false is none. On a controller, the rule holds for all its endpoints, and for those of derived controllers.

    Args:
        target: The method or controller, when used bare.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is neither a method nor a class.
    """

@overload
def authenticated(*, registry: MetadataRegistry | None = None) -> AccessDecorator:
    """Let in users only, whoever they are; used bare, or called with options.

    Requests and handshakes without a user are answered with 401. The user is ``request.user`` or ``session.user``, as
    Starlette's ``AuthenticationMiddleware`` or a ``HandshakeInterceptor`` has set it; one whose ``is_authenticated``
    is false is none. On a controller, the rule holds for all its endpoints, and for those of derived controllers.

    Args:
        target: The method or controller, when used bare.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is neither a method nor a class.
    """

def requires(*scopes: str, registry: MetadataRegistry | None = None) -> AccessDecorator:
    """Let in users only who are granted all of these scopes: others are answered with 403, and nobody with 401.

    Rules add up: those of a controller hold for each of its endpoints, besides the endpoint's own.

    Args:
        *scopes: Names, as in ``request.auth.scopes`` or ``session.scopes``.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: There are no names, or the decorator is applied to something that is neither a method nor a
            class.
    """

@overload
def permit_all(target: Target, /) -> Target:
    """Let everybody in, whatever the rule of the controller; used bare, or called with options.

    Args:
        target: The method, when used bare.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is no method, or has a rule of its own.
    """

@overload
def permit_all(*, registry: MetadataRegistry | None = None) -> AccessDecorator:
    """Let everybody in, whatever the rule of the controller; used bare, or called with options.

    Args:
        target: The method, when used bare.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is no method, or has a rule of its own.
    """
