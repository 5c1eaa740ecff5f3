"""Decorators that mark classes and methods for the container; each returns what it was given, unchanged."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeGuard, TypeVar, final, overload

from pyfly.container.descriptors import BeanFactory, PostConstruct, PreDestroy, Primary, Stereotype, StereotypeKind
from pyfly.container.scopes import Scope, ScopeName, parse_scope
from pyfly.metadata import (
    DeclarationError,
    Descriptor,
    MetadataRegistry,
    SourceLocation,
    default_registry,
    label_of,
    refusing,
)
from pyfly.rules import check_marked, check_unheld, declaration_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FunctionType

    from pyfly.rules import MarkedKind

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
AnyMethod = TypeVar("AnyMethod", bound="Callable[..., Any]")
AnyTarget = TypeVar("AnyTarget", bound="type[Any] | Callable[..., Any]")


_NO_METHODS: Final[Mapping[type, MarkedKind]] = {
    staticmethod: "staticmethod",
    classmethod: "classmethod",
    property: "property",
}


class _Options(TypedDict):
    name: str | None
    scope: Scope
    primary: bool


class _Recorder:
    """Records for a target what a decorator describes."""

    __slots__ = ("_describe", "_registry")

    def __init__(self, describe: Callable[[object], Descriptor], registry: MetadataRegistry | None) -> None:
        self._describe: Final = describe
        self._registry: Final = default_registry if registry is None else registry

    def _record(self, target: object) -> None:
        with refusing():
            self._registry.record(target, self._describe(target))


@final
class Decorator(_Recorder):
    """What decorators called with options return: marks a target and hands it back."""

    __slots__ = ()

    def __call__(self, target: AnyTarget, /) -> AnyTarget:
        """Mark a class or a method.

        Raises:
            DeclarationError: The target is not what this decorator marks.
        """
        self._record(target)
        return target


@final
class ClassDecorator(_Recorder):
    """What stereotypes called with options return: marks a class and hands it back."""

    __slots__ = ()

    def __call__(self, cls: type[T], /) -> type[T]:
        """Mark a class.

        Raises:
            DeclarationError: The target is not a class.
        """
        self._record(cls)
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
    ) -> ClassDecorator: ...
    def __call__(
        self,
        cls: type[T] | None = None,
        /,
        *,
        name: str | None = None,
        scope: Scope | ScopeName = "singleton",
        primary: bool = False,
        registry: MetadataRegistry | None = None,
    ) -> type[T] | ClassDecorator:
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
        options = _checked_options(self.kind, cls, name, scope, primary)

        def describe(target: object) -> Stereotype:
            return Stereotype(kind=self.kind, source=_checked_class(self.kind, target), **options)

        decorator = ClassDecorator(describe, registry)
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


@overload
def bean(method: AnyMethod, /) -> AnyMethod: ...
@overload
def bean(
    *,
    name: str | None = None,
    scope: Scope | ScopeName = "singleton",
    primary: bool = False,
    registry: MetadataRegistry | None = None,
) -> Decorator: ...
def bean(
    method: AnyMethod | None = None,
    /,
    *,
    name: str | None = None,
    scope: Scope | ScopeName = "singleton",
    primary: bool = False,
    registry: MetadataRegistry | None = None,
) -> AnyMethod | Decorator:
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
    options = _checked_options("bean", method, name, scope, primary)
    decorator = Decorator(lambda target: BeanFactory(source=_checked_method("bean", target), **options), registry)
    return decorator if method is None else decorator(method)


@final
class Marker:
    """A decorator without options of its own; used bare or called with a registry."""

    __slots__ = ("_check", "_kind", "_name")

    def __init__(self, name: str, kind: type[Descriptor], check: Callable[[str, object], SourceLocation]) -> None:
        self._name: Final = name
        self._kind: Final = kind
        self._check: Final = check

    @overload
    def __call__(self, target: AnyTarget, /) -> AnyTarget: ...
    @overload
    def __call__(self, /, *, registry: MetadataRegistry | None = None) -> Decorator: ...
    def __call__(
        self, target: AnyTarget | None = None, /, *, registry: MetadataRegistry | None = None
    ) -> AnyTarget | Decorator:
        """Mark a target, or return the decorator that does.

        Args:
            target: What is marked, when used bare; a hook takes no parameters but ``self``.
            registry: Where to record it; the process-wide registry by default.

        Raises:
            DeclarationError: The target is not what this decorator marks.
        """
        decorator = Decorator(lambda marked: self._kind(source=self._check(self._name, marked)), registry)
        return decorator if target is None else decorator(target)


def _checked_options(decorator: str, target: object, name: object, scope: object, primary: object) -> _Options:
    source = SourceLocation.of_caller()
    if isinstance(target, str):
        raise DeclarationError(
            source,
            f'@{decorator} takes options by keyword, got "{target}"',
            f'write @{decorator}, and @request_mapping("{target}") below it'
            if target.startswith("/")
            else f'did you mean @{decorator}(name="{target}")?',
            "pyfly-bean",
        )
    if not (name is None or (isinstance(name, str) and name)):
        raise DeclarationError(source, f"@{decorator}: name is a text, got {name!r}", 'write name="..."', "pyfly-bean")
    if not isinstance(primary, bool):
        raise DeclarationError(
            source, f"@{decorator}: primary is True or False, got {primary!r}", "write a bool", "pyfly-bean"
        )
    return {"name": name, "scope": parse_scope(scope, source), "primary": primary}


def _checked_class(decorator: str, target: object) -> SourceLocation:
    source = SourceLocation.of_caller()
    if not isinstance(target, type):
        raise DeclarationError(
            source,
            f"@{decorator} marks classes, got {_described(target)}",
            "to make a bean with a function, write it as a @bean method of a @configuration class"
            if callable(target)
            else f"write @{decorator} above a class",
            "pyfly-bean",
        )
    return source


def _checked_method(decorator: str, method: object) -> SourceLocation:
    source = SourceLocation.of_caller()
    for type_, kind in _NO_METHODS.items():
        if isinstance(method, type_):
            raise declaration_error(check_marked(decorator, kind), source)
    # A function that no class holds has no dot in its name.
    if not _is_function(method) or "." not in label_of(method):
        raise declaration_error(check_unheld(decorator, _described(method)), source)
    return source


def _checked_preferred(decorator: str, target: object) -> SourceLocation:
    return _checked_class(decorator, target) if isinstance(target, type) else _checked_method(decorator, target)


def _is_function(target: object) -> TypeGuard[FunctionType]:
    """Tell functions from what makes methods of them without being called, such as ``cached_property``."""
    return inspect.isroutine(target) and callable(target)


def _described(target: object) -> str:
    if _is_function(target) or isinstance(target, type):
        return f"{'class' if isinstance(target, type) else 'function'} {target.__name__}"
    return f'"{target}"' if isinstance(target, str) else f"an object of type {type(target).__name__}"


post_construct: Final = Marker("post_construct", PostConstruct, _checked_method)
"""Marks a method that is called, and awaited, when the bean has been made and injected; base classes come first."""
pre_destroy: Final = Marker("pre_destroy", PreDestroy, _checked_method)
"""Marks a method that is called, and awaited, when the bean's scope ends; base classes come last."""
primary: Final = Marker("primary", Primary, _checked_preferred)
"""Marks a class or a bean method whose beans are preferred where several fit."""
