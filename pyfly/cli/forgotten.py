"""Finds what nothing serves or calls: decorated methods of classes without a stereotype, and functions of no class."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Final, get_origin

from pyfly.container import Stereotype
from pyfly.container.descriptors import BeanFactory, PostConstruct, PreDestroy
from pyfly.container.scanner import classes_in
from pyfly.events.descriptors import EventListener
from pyfly.metadata import DeclarationError, SourceLocation
from pyfly.web import MethodMapping

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from types import ModuleType

    from pyfly.context import ApplicationContext
    from pyfly.metadata import Descriptor, MetadataRegistry

__all__ = ["forgotten_classes", "forgotten_functions"]

_MARKED: Final[tuple[tuple[type[Descriptor], str, str], ...]] = (
    (MethodMapping, "mappings", "rest_controller"),
    (BeanFactory, "@bean methods", "configuration"),
    (EventListener, "event listeners", "component"),
    (PostConstruct, "lifecycle hooks", "component"),
    (PreDestroy, "lifecycle hooks", "component"),
)
"""What methods are marked as, as people say it, and the stereotype that a class needs for it."""


def forgotten_classes(
    module: ModuleType, contexts: Iterable[ApplicationContext], served: Collection[type | None]
) -> list[DeclarationError]:
    """Return a fault for each class with marked methods that has no stereotype, and from which none with one derives.

    Args:
        module: What the target names; the modules below it are looked at as well, and those of all beans.
        contexts: The contexts of the application.
        served: The controllers that have a route, which then need no stereotype.
    """
    found: dict[type, tuple[str, str]] = {}
    for context in contexts:
        found.update(_forgotten(_modules(module, context), context))
    return [
        DeclarationError(SourceLocation.of(cls), f"{cls.__name__} has {what} but no stereotype", f"mark it @{mend}")
        for cls, (what, mend) in found.items()
        if cls not in served
    ]


def forgotten_functions(
    module: ModuleType, contexts: Iterable[ApplicationContext], served: Collection[type | None]
) -> list[DeclarationError]:
    """Return a fault for each function of a module that has a mapping, and is a method of no class.

    Args:
        module: What the target names; the modules below it are looked at as well, and those of all beans.
        contexts: The contexts of the application.
        served: The controllers that have a route.
    """
    found: dict[str, DeclarationError] = {}
    for context in contexts:
        modules = _modules(module, context)
        classes = [*(cls for each in modules for cls in classes_in(each)), *filter(None, served)]
        scopes = {id(vars(each)) for each in modules}
        for function, mapping in _functions_outside(classes, context.registry):
            if id(function.__globals__) in scopes:
                fault = DeclarationError(
                    mapping.source,
                    f"{function.__name__} has a mapping and belongs to no class, so nothing serves it",
                    "move it into a class marked @rest_controller, with self as its first parameter",
                )
                found.setdefault(f"{function.__module__}.{function.__name__}", fault)
    return list(found.values())


def _modules(module: ModuleType, context: ApplicationContext) -> list[ModuleType]:
    names = [name for name in sys.modules if f"{name}.".startswith(f"{module.__name__}.")]
    beans = [getattr(bean.type, "__module__", "") for bean in context.container.definitions]
    return [sys.modules[name] for name in dict.fromkeys([*names, *beans]) if name in sys.modules]


def _forgotten(modules: Iterable[ModuleType], context: ApplicationContext) -> Iterator[tuple[type, tuple[str, str]]]:
    registry = context.registry
    marked: dict[type, tuple[type[Descriptor], str, str]] = {}
    for cls in (cls for module in modules for cls in classes_in(module)):
        if mark := next((mark for mark in _MARKED if registry.members(cls, mark[0])), None):
            marked[cls] = mark
    stereotyped = [declaration.target for declaration in registry.declarations(Stereotype)]
    # Of classes that derive from each other, the last one is what its author would mark.
    derived = {base for cls in [*marked, *stereotyped] for base in cls.__mro__[1:]}
    # What a bean method returns may be of a class that derives from what it says.
    beans = {get_origin(bean.type) or bean.type for bean in context.container.definitions}
    for cls, (kind, what, mend) in marked.items():
        is_bean = kind is not MethodMapping and not beans.isdisjoint(cls.__mro__)
        if cls not in derived and not is_bean and registry.find(cls, Stereotype) is None:
            yield cls, (what, mend)


def _functions_outside(classes: Iterable[type], registry: MetadataRegistry) -> Iterator[tuple[Any, MethodMapping]]:
    """Yield the mapped functions that stand at the level of a module, and that no class has taken for a method."""
    taken = {
        id(descriptor): descriptor  # which must live on, or another could have its identity
        for cls in classes
        for _, _, _, descriptor in registry.members(cls, MethodMapping)
    }
    for target, mapping in registry.declarations(MethodMapping):
        if inspect.isfunction(target) and "." not in target.__qualname__ and id(mapping) not in taken:
            yield target, mapping
