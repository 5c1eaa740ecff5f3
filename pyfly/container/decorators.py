"""Decorators that mark classes and methods for the container; each returns what it was given, unchanged."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, final, overload

from pyfly.container.descriptors import BeanFactory, PostConstruct, PreDestroy, Primary, Stereotype, StereotypeKind
from pyfly.container.scopes import Scope, ScopeName, parse_scope
from pyfly.metadata import DeclarationError, Descriptor, MetadataRegistry, SourceLocation, default_registry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BeanDecorator",
    "MethodMarker",
    "PrimaryDecorator",
    "StereotypeDecorator",
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
AnyMethod = TypeVar("AnyMethod", bound="Callable[..., Any]")
AnyTarget = TypeVar("AnyTarget", bound="type[Any] | Callable[..., Any]")


class _Options(NamedTuple):
    name: str | None
    scope: Scope
    primary: bool


@final
class StereotypeDecorator:
    """What ``@service(...)`` returns: marks a class and hands it back."""

    __slots__ = ("_kind", "_options", "_registry")

    def __init__(self, kind: StereotypeKind, options: _Options, registry: MetadataRegistry | None) -> None:
        self._kind: Final = kind
        self._options = options
        self._registry = registry

    def __call__(self, cls: type[T], /) -> type[T]:
        """Mark a class.

        Raises:
            DeclarationError: The target is not a class.
        """
        name, scope, primary = self._options
        source = _checked_class(self._kind, cls)
        descriptor = Stereotype(kind=self._kind, name=name, scope=scope, primary=primary, source=source)
        _registry(self._registry).record(cls, descriptor)
        return cls


@final
class StereotypeMarker:
    """A class decorator that makes the container manage a class; used bare or called with options."""

    __slots__ = ("kind",)

    def __init__(self, kind: StereotypeKind) -> None:
        self.kind: Final[StereotypeKind] = kind

    @overload
    def __call__(self, cls: type[T], /) -> type[T]: ...
    @overload
    def __call__(
        self,
        /,
        *,
        name: str | None = None,
        scope: Scope | ScopeName = "singleton",
        primary: bool = False,
        registry: MetadataRegistry | None = None,
    ) -> StereotypeDecorator: ...
    def __call__(
        self,
        cls: type[T] | None = None,
        /,
        *,
        name: str | None = None,
        scope: Scope | ScopeName = "singleton",
        primary: bool = False,
        registry: MetadataRegistry | None = None,
    ) -> type[T] | StereotypeDecorator:
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
        decorator = StereotypeDecorator(self.kind, _checked_options(self.kind, cls, name, scope, primary), registry)
        return decorator if cls is None else decorator(cls)


component: Final = StereotypeMarker("component")
"""Marks a class as a bean of no particular part."""
service: Final = StereotypeMarker("service")
"""Marks a class that holds what the application does."""
repository: Final = StereotypeMarker("repository")
"""Marks a class that keeps and finds data."""
controller: Final = StereotypeMarker("controller")
"""Marks a class whose handlers answer with pages or responses of their own."""
rest_controller: Final = StereotypeMarker("rest_controller")
"""Marks a class whose handlers answer with data, or talk through sessions and streams."""
configuration: Final = StereotypeMarker("configuration")
"""Marks a class whose ``@bean`` methods make beans."""


@final
class BeanDecorator:
    """What ``@bean(...)`` returns: marks a method of a configuration and hands it back."""

    __slots__ = ("_options", "_registry")

    def __init__(self, options: _Options, registry: MetadataRegistry | None) -> None:
        self._options = options
        self._registry = registry

    def __call__(self, method: AnyMethod, /) -> AnyMethod:
        """Mark a method.

        Raises:
            DeclarationError: The target is not a method.
        """
        name, scope, primary = self._options
        source = _checked_method("bean", method)
        descriptor = BeanFactory(name=name, scope=scope, primary=primary, source=source)
        _registry(self._registry).record(method, descriptor)
        return method


@overload
def bean(method: AnyMethod, /) -> AnyMethod: ...
@overload
def bean(
    *,
    name: str | None = None,
    scope: Scope | ScopeName = "singleton",
    primary: bool = False,
    registry: MetadataRegistry | None = None,
) -> BeanDecorator: ...
def bean(
    method: AnyMethod | None = None,
    /,
    *,
    name: str | None = None,
    scope: Scope | ScopeName = "singleton",
    primary: bool = False,
    registry: MetadataRegistry | None = None,
) -> AnyMethod | BeanDecorator:
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
    decorator = BeanDecorator(_checked_options("bean", method, name, scope, primary), registry)
    return decorator if method is None else decorator(method)


@final
class PrimaryDecorator:
    """What ``@primary(registry=...)`` returns: marks a class or a bean method and hands it back."""

    __slots__ = ("_registry",)

    def __init__(self, registry: MetadataRegistry | None) -> None:
        self._registry = registry

    def __call__(self, target: AnyTarget, /) -> AnyTarget:
        """Mark a class or a bean method."""
        _registry(self._registry).record(target, Primary(source=SourceLocation.of_caller()))
        return target


@overload
def primary(target: AnyTarget, /) -> AnyTarget: ...
@overload
def primary(*, registry: MetadataRegistry | None = None) -> PrimaryDecorator: ...
def primary(
    target: AnyTarget | None = None, /, *, registry: MetadataRegistry | None = None
) -> AnyTarget | PrimaryDecorator:
    """Prefer the beans of this class or bean method where several fit.

    Args:
        target: The class or method, when used bare.
        registry: Where to record it; the process-wide registry by default.

    Raises:
        DeclarationError: The target is neither.
    """
    decorator = PrimaryDecorator(registry)
    return decorator if target is None else decorator(target)


@final
class MethodMarker:
    """A method decorator without options of its own; used bare or called with a registry."""

    __slots__ = ("_kind", "_name", "_registry")

    def __init__(self, name: str, kind: type[Descriptor], registry: MetadataRegistry | None = None) -> None:
        self._name = name
        self._kind = kind
        self._registry = registry

    @overload
    def __call__(self, method: AnyMethod, /) -> AnyMethod: ...
    @overload
    def __call__(self, /, *, registry: MetadataRegistry | None = None) -> MethodMarker: ...
    def __call__(
        self, method: AnyMethod | None = None, /, *, registry: MetadataRegistry | None = None
    ) -> AnyMethod | MethodMarker:
        """Mark a method, or return the decorator that does.

        Args:
            method: A method, sync or async, without parameters but ``self``.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not a method.
        """
        if method is None:
            return MethodMarker(self._name, self._kind, registry)
        descriptor = self._kind(source=_checked_method(self._name, method))
        _registry(self._registry).record(method, descriptor)
        return method


post_construct: Final = MethodMarker("post_construct", PostConstruct)
"""Marks a method that is called, and awaited, when the bean has been made and injected; base classes come first."""
pre_destroy: Final = MethodMarker("pre_destroy", PreDestroy)
"""Marks a method that is called, and awaited, when the bean's scope ends; base classes come last."""


def _registry(registry: MetadataRegistry | None) -> MetadataRegistry:
    return default_registry if registry is None else registry


def _checked_options(decorator: str, target: object, name: object, scope: object, primary: object) -> _Options:
    source = SourceLocation.of_caller()
    if isinstance(target, str):
        raise DeclarationError(
            source,
            f'@{decorator} takes options by keyword, got "{target}"',
            f'write @{decorator}, and @request_mapping("{target}") below it'
            if target.startswith("/")
            else f'did you mean @{decorator}(name="{target}")?',
        )
    if not (name is None or (isinstance(name, str) and name)):
        raise DeclarationError(source, f"@{decorator}: name is a text, got {name!r}", 'write name="..."')
    if not isinstance(primary, bool):
        raise DeclarationError(source, f"@{decorator}: primary is True or False, got {primary!r}", "write a bool")
    return _Options(name, parse_scope(scope, source), primary)


def _checked_class(decorator: str, target: object) -> SourceLocation:
    source = SourceLocation.of_caller()
    if not isinstance(target, type):
        raise DeclarationError(
            source,
            f"@{decorator} marks classes, got {_described(target)}",
            "to make a bean with a function, write it as a @bean method of a @configuration class"
            if callable(target)
            else f"write @{decorator} above a class",
        )
    return source


def _checked_method(decorator: str, method: object) -> SourceLocation:
    source = SourceLocation.of_caller()
    if isinstance(method, staticmethod | classmethod):
        kind = "staticmethod" if isinstance(method, staticmethod) else "classmethod"
        raise DeclarationError(source, f"@{decorator} marks methods, got a {kind}", f"write @{kind} above @{decorator}")
    # A function that no class holds has no dot in its name.
    if not inspect.isroutine(method) or "." not in method.__qualname__.rpartition("<locals>.")[2]:
        problem = f"@{decorator} marks methods, got {_described(method)}"
        raise DeclarationError(source, problem, f"write @{decorator} above a method of a class")
    return source


def _described(target: object) -> str:
    if inspect.isroutine(target) or isinstance(target, type):
        return f"{'class' if isinstance(target, type) else 'function'} {target.__name__}"
    return repr(target)
