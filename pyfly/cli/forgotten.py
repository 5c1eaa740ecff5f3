"""Finds classes whose mappings nothing serves, since they carry no stereotype."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pyfly.container import Stereotype
from pyfly.container.scanner import classes_in
from pyfly.metadata import DeclarationError, SourceLocation
from pyfly.web import MethodMapping

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from types import ModuleType

    from pyfly.context import ApplicationContext
    from pyfly.metadata import MetadataRegistry

__all__ = ["forgotten_classes"]


def forgotten_classes(
    module: ModuleType, contexts: Iterable[ApplicationContext], served: Collection[type | None]
) -> list[DeclarationError]:
    """Return a fault for each class with mappings that has no stereotype, and from which none with one derives.

    Args:
        module: What the target names; the modules below it are looked at as well, and those of all beans.
        contexts: The contexts of the application.
        served: The controllers that have a route, which then need no stereotype.
    """
    names = [name for name in sys.modules if f"{name}.".startswith(f"{module.__name__}.")]
    found: dict[type, None] = {}
    for context in contexts:
        beans = [getattr(bean.type, "__module__", "") for bean in context.container.definitions]
        modules = [sys.modules[name] for name in dict.fromkeys([*names, *beans]) if name in sys.modules]
        found.update(dict.fromkeys(_forgotten(modules, context.registry)))
    return [
        DeclarationError(
            SourceLocation.of(cls), f"{cls.__name__} has mappings but no stereotype", "mark it @rest_controller"
        )
        for cls in found
        if cls not in served
    ]


def _forgotten(modules: Iterable[ModuleType], registry: MetadataRegistry) -> Iterator[type]:
    mapped = [cls for module in modules for cls in classes_in(module) if registry.members(cls, MethodMapping)]
    marked = [declaration.target for declaration in registry.declarations(Stereotype)]
    # Of classes that derive from each other, the last one is what its author would mark.
    derived = [base for cls in [*mapped, *marked] for base in cls.__mro__[1:]]
    for cls in mapped:
        if cls not in derived and registry.find(cls, Stereotype) is None:
            yield cls
