"""Imports packages and finds the classes in them that carry a stereotype."""

from __future__ import annotations

import builtins
import importlib
import pkgutil
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final, final

from pyfly.container.descriptors import Stereotype
from pyfly.container.errors import ScanError
from pyfly.metadata import (
    DeclarationError,
    DeclarationErrors,
    MetadataRegistry,
    SourceLocation,
    default_registry,
    did_you_mean,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["StereotypeScanner", "classes_in", "import_module"]

_MISSING_MEMBER: Final = re.compile(
    r"cannot import name '(?P<name>\w+)' from (?:partially initialized module )?'(?P<module>[\w.]+)'"
)


@final
class StereotypeScanner:
    """Finds stereotyped classes.

    Args:
        registry: Where stereotypes were recorded; the process-wide registry by default.
    """

    __slots__ = ("_registry",)

    def __init__(self, registry: MetadataRegistry | None = None) -> None:
        self._registry: Final = default_registry if registry is None else registry

    def scan(self, *packages_or_modules: str | ModuleType) -> tuple[type, ...]:
        """Import modules, packages with all that is in them, and return their stereotyped classes.

        A class counts where it is defined, at module level or in another class; what a module merely imports does not.
        Directories without ``__init__.py`` that hold modules are packages too (PEP 420). ``__main__`` modules inside
        packages are not imported.

        Args:
            packages_or_modules: Dotted names or modules.

        Returns:
            Each class once: module by module, and in each in the order of declaration.

        Raises:
            ScanError: A module could not be imported; the error names it and the cause.
            DeclarationError: A decorator in a module refused what it was given.
            DeclarationErrors: There are several such faults.
        """
        faults: list[DeclarationError] = []
        modules = dict.fromkeys(module for root in packages_or_modules for module in _modules(root, faults))
        if len(faults) == 1:
            raise faults[0]
        if faults:
            raise DeclarationErrors(faults)
        found = (cls for module in modules for cls in classes_in(module))
        return tuple(dict.fromkeys(cls for cls in found if self._registry.find(cls, Stereotype) is not None))


def _modules(root: str | ModuleType, faults: list[DeclarationError]) -> Iterator[ModuleType]:
    """Yield a module and, for a package, all modules below it; keep the faults of those that cannot be imported."""
    try:
        module = root if isinstance(root, ModuleType) else import_module(root)
    except DeclarationError as fault:
        faults.append(fault)
        return
    except DeclarationErrors as errors:
        faults.extend(errors.faults)
        return
    yield module
    paths = list(getattr(module, "__path__", ()))
    below = [found.name for found in pkgutil.iter_modules(paths)]
    for name in dict.fromkeys([*below, *_namespace_packages(paths)]):
        if name != "__main__":
            yield from _modules(f"{module.__name__}.{name}", faults)


def _namespace_packages(paths: Iterable[str]) -> Iterator[str]:
    """Yield the directories that can be imported without ``__init__.py``, which ``pkgutil`` passes over."""
    for path in paths:
        for directory in sorted(Path(path).glob("*/")):
            if directory.name.isidentifier() and any(directory.rglob("*.py")):
                yield directory.name


def classes_in(module: ModuleType, holder: type | None = None) -> Iterator[type]:
    """Yield the classes defined in a module that are reachable by their qualified names.

    Args:
        module: The module.
        holder: A class in it, to look only there.
    """
    prefix = f"{holder.__qualname__}." if holder else ""
    for name, value in list(vars(holder or module).items()):
        if isinstance(value, type) and value.__module__ == module.__name__ and value.__qualname__ == prefix + name:
            yield value
            yield from classes_in(module, value)


def import_module(name: str, *, shown: str | None = None) -> ModuleType:
    """Import a module.

    Args:
        name: Its dotted name.
        shown: What messages call it; its name by default.

    Raises:
        ScanError: It could not be imported; the error names it, the line that failed and the cause.
        DeclarationError: A decorator in it refused what it was given.
    """
    try:
        return importlib.import_module(name)
    except (DeclarationError, DeclarationErrors):
        raise
    except (Exception, SystemExit) as error:
        problem = f"cannot import {shown or name}: {type(error).__name__}: {error}"
        raise ScanError(_place(error), problem, _mend(error)) from error


def _place(error: BaseException) -> SourceLocation | None:
    """Return the module-level line that failed, the one nearest to the cause."""
    if isinstance(error, SyntaxError) and error.filename is not None and error.lineno is not None:
        return SourceLocation(file=error.filename, line=error.lineno)
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.name == "<module>"]
    return SourceLocation(file=lines[-1].filename, line=lines[-1].lineno or 1) if lines else None


def _mend(error: BaseException) -> str:
    """Return "did you mean" where a name is missing and another one is near."""
    missing, known = "", list[str]()
    if isinstance(error, ModuleNotFoundError):
        package, _, missing = (error.name or "").rpartition(".")
        parent = sys.modules.get(package)
        path = getattr(parent, "__path__", ()) if package else None
        known = [module.name for module in pkgutil.iter_modules(path)]
        if package:
            return did_you_mean(missing, known, shown=f"{package}.{{}}", otherwise="check how it is written")
        # What is not installed resembles something among so many names easily.
        near = did_you_mean(missing, [*known, *sys.stdlib_module_names], shown="{}", cutoff=0.8)
        return f"{near} Else install it" if near else "install it, or check how it is written"
    if isinstance(error, ImportError):
        if (match := _MISSING_MEMBER.match(str(error))) and match["module"] in sys.modules:
            missing, known = match["name"], dir(sys.modules[match["module"]])
    elif isinstance(error, AttributeError):
        missing, known = error.name or "", dir(error.obj)
    elif isinstance(error, NameError):
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        missing, known = error.name or "", [*frames[-1].f_locals, *frames[-1].f_globals, *dir(builtins)]
    return did_you_mean(missing, known, shown="{}")
