"""``@authenticated``, ``@requires`` and ``@permit_all``, for endpoints of every kind and for their controllers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, final, overload

from pyfly.metadata import DeclarationError, SourceLocation, default_registry, refusing
from pyfly.web.security.descriptors import AccessRule

if TYPE_CHECKING:
    from pyfly.metadata import MetadataRegistry

__all__ = ["AccessDecorator", "authenticated", "permit_all", "requires"]

Target = TypeVar("Target", bound=Callable[..., Any])


@final
class AccessDecorator:
    """What `requires` returns: sets a rule for a method or a controller, and hands it back unchanged."""

    __slots__ = ("_name", "_registry", "_rule")

    def __init__(self, name: str, rule: AccessRule, registry: MetadataRegistry | None) -> None:
        self._name: Final = name
        self._rule: Final = rule
        self._registry: Final = default_registry if registry is None else registry

    def __call__(self, target: Target, /) -> Target:
        """Record the rule for the method or class.

        Raises:
            DeclarationError: The target is neither, or has a rule that says the opposite.
        """
        with refusing():
            self._record(target)
        return target

    def _record(self, given: Any) -> None:
        if isinstance(given, staticmethod | classmethod) or not callable(given):
            raise DeclarationError(
                self._rule.source,
                f"@{self._name} decorates a method or a controller, not a {type(cast('object', given)).__name__}",
                "decorate a mapped method, or the class that holds it",
                "pyfly-handler",
            )
        if isinstance(given, type):
            if self._rule.everybody:
                raise DeclarationError(
                    self._rule.source,
                    f'@permit_all decorates a method, not the class "{given.__name__}"',
                    "a controller lets everybody in anyway; leave its own rule away",
                    "pyfly-handler",
                )
        elif any(rule.everybody is not self._rule.everybody for rule in self._registry.find_all(given, AccessRule)):
            raise DeclarationError(
                self._rule.source,
                f'"{given.__name__}" has @permit_all and a rule that keeps some out',
                "keep one of the two",
                "pyfly-handler",
            )
        self._registry.record(given, self._rule)


@overload
def authenticated(target: Target, /) -> Target: ...
@overload
def authenticated(*, registry: MetadataRegistry | None = None) -> AccessDecorator: ...
def authenticated(
    target: Target | None = None, /, *, registry: MetadataRegistry | None = None
) -> Target | AccessDecorator:
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
    decorator = AccessDecorator("authenticated", AccessRule(source=SourceLocation.of_caller()), registry)
    return decorator if target is None else decorator(target)


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
    source = SourceLocation.of_caller()
    given: tuple[Any, ...] = scopes
    if not given or any(not isinstance(scope, str) or not scope for scope in given):
        got = ", ".join(_shown(scope) for scope in given)
        raise DeclarationError(
            source,
            f"@requires({got}) names no scope",
            'write @requires("orders:read"), or @authenticated for any user',
            "pyfly-handler",
        )
    return AccessDecorator("requires", AccessRule(scopes=scopes, source=source), registry)


@overload
def permit_all(target: Target, /) -> Target: ...
@overload
def permit_all(*, registry: MetadataRegistry | None = None) -> AccessDecorator: ...
def permit_all(
    target: Target | None = None, /, *, registry: MetadataRegistry | None = None
) -> Target | AccessDecorator:
    """Let everybody in, whatever the rule of the controller; used bare, or called with options.

    Args:
        target: The method, when used bare.
        registry: Where to record; the process-wide registry by default.

    Raises:
        DeclarationError: The target is no method, or has a rule of its own.
    """
    rule = AccessRule(everybody=True, source=SourceLocation.of_caller())
    decorator = AccessDecorator("permit_all", rule, registry)
    return decorator if target is None else decorator(target)


def _shown(scope: object) -> str:
    return getattr(scope, "__qualname__", None) or repr(scope)
