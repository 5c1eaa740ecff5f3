# Generated from pyfly/container/decorators.py; edit that, then run: python -m tools.stubs
"""Decorators that mark classes and methods for the container; each returns what it was given, unchanged."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, final, overload

from pyfly.container.descriptors import StereotypeKind
from pyfly.container.scopes import Scope, ScopeName
from pyfly.metadata import Descriptor, MetadataRegistry, SourceLocation

__all__ = [
    "ClassDecorator",
    "Decorator",
    "Marker",
    "StereotypeMarker",
    "bean",
    "component",
    "configuration",
    "controller",
    "post_construct",
    "pre_destroy",
    "primary",
    "repository",
    "rest_controller",
    "service",
]

T = TypeVar("T")
AnyMethod = TypeVar("AnyMethod", bound=Callable[..., Any])
AnyTarget = TypeVar("AnyTarget", bound=type[Any] | Callable[..., Any])

class _Recorder:
    """Records for a target what a decorator describes."""
    def __init__(self, describe: Callable[[object], Descriptor], registry: MetadataRegistry | None) -> None: ...

@final
class Decorator(_Recorder):
    """What decorators called with options return: marks a target and hands it back."""
    def __call__(self, target: AnyTarget, /) -> AnyTarget:
        """Mark a class or a method.

        Raises:
            DeclarationError: The target is not what this decorator marks.
        """

@final
class ClassDecorator(_Recorder):
    """What stereotypes called with options return: marks a class and hands it back."""
    def __call__(self, cls: type[T], /) -> type[T]:
        """Mark a class.

        Raises:
            DeclarationError: The target is not a class.
        """

@final
class StereotypeMarker:
    """A class decorator that makes the container manage a class; used bare or called with options."""

    kind: Final[StereotypeKind]
    def __init__(self, kind: StereotypeKind) -> None: ...
    @overload
    def __call__(self, cls: type[T], /) -> type[T]:
        """Mark a class, or return the decorator that does.

        Args:
            cls: The class, when used bare.
            name: The bean's name; the class's name in snake case by default.
            scope: How long a bean lives.
            primary: Prefer this bean where several fit.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not a class, or an option is wrong.
        """
    @overload
    def __call__(
        self,
        /,
        *,
        name: str | None = None,
        scope: Scope | ScopeName = "singleton",
        primary: bool = False,
        registry: MetadataRegistry | None = None,
    ) -> ClassDecorator:
        """Mark a class, or return the decorator that does.

        Args:
            cls: The class, when used bare.
            name: The bean's name; the class's name in snake case by default.
            scope: How long a bean lives.
            primary: Prefer this bean where several fit.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not a class, or an option is wrong.
        """

component: Final[StereotypeMarker]
"""Marks a class as a bean of no particular part."""
service: Final[StereotypeMarker]
"""Marks a class that holds what the application does."""
repository: Final[StereotypeMarker]
"""Marks a class that keeps and finds data."""
controller: Final[StereotypeMarker]
"""Marks a class whose handlers answer with pages or responses of their own."""
rest_controller: Final[StereotypeMarker]
"""Marks a class whose handlers answer with data, or talk through sessions and streams."""
configuration: Final[StereotypeMarker]
"""Marks a class whose ``@bean`` methods make beans."""

@overload
def bean(method: AnyMethod, /) -> AnyMethod:
    """Mark a method of a ``@configuration`` class: what it returns is a bean of its return annotation.

    Its parameters are injected. It may be ``async``, and may ``yield`` the bean once instead of returning it: what
    follows the ``yield`` runs when the bean's scope ends.

    Args:
        method: The method, when used bare.
        name: The bean's name; the method's by default.
        scope: How long a bean lives.
        primary: Prefer this bean where several fit.
        registry: Where to record it; the process-wide registry by default.

    Raises:
        DeclarationError: The target is not a method, or an option is wrong.
    """

@overload
def bean(
    *,
    name: str | None = None,
    scope: Scope | ScopeName = "singleton",
    primary: bool = False,
    registry: MetadataRegistry | None = None,
) -> Decorator:
    """Mark a method of a ``@configuration`` class: what it returns is a bean of its return annotation.

    Its parameters are injected. It may be ``async``, and may ``yield`` the bean once instead of returning it: what
    follows the ``yield`` runs when the bean's scope ends.

    Args:
        method: The method, when used bare.
        name: The bean's name; the method's by default.
        scope: How long a bean lives.
        primary: Prefer this bean where several fit.
        registry: Where to record it; the process-wide registry by default.

    Raises:
        DeclarationError: The target is not a method, or an option is wrong.
    """

@final
class Marker:
    """A decorator without options of its own; used bare or called with a registry."""
    def __init__(self, name: str, kind: type[Descriptor], check: Callable[[str, object], SourceLocation]) -> None: ...
    @overload
    def __call__(self, target: AnyTarget, /) -> AnyTarget:
        """Mark a target, or return the decorator that does.

        Args:
            target: What is marked, when used bare; a hook takes no parameters but ``self``.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not what this decorator marks.
        """
    @overload
    def __call__(self, /, *, registry: MetadataRegistry | None = None) -> Decorator:
        """Mark a target, or return the decorator that does.

        Args:
            target: What is marked, when used bare; a hook takes no parameters but ``self``.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not what this decorator marks.
        """

post_construct: Final[Marker]
"""Marks a method that is called, and awaited, when the bean has been made and injected; base classes come first."""
pre_destroy: Final[Marker]
"""Marks a method that is called, and awaited, when the bean's scope ends; base classes come last."""
primary: Final[Marker]
"""Marks a class or a bean method whose beans are preferred where several fit."""
