# Generated from pyfly/container/scanner.py; edit that, then run: python -m tools.stubs
"""Imports packages and finds the classes in them that carry a stereotype."""

from collections.abc import Iterator
from types import ModuleType
from typing import final

from pyfly.metadata import MetadataRegistry

__all__ = ["StereotypeScanner", "classes_in", "import_module"]

@final
class StereotypeScanner:
    """Finds stereotyped classes.

    Args:
        registry: Where stereotypes were recorded; the process-wide registry by default.
    """
    def __init__(self, registry: MetadataRegistry | None = None) -> None: ...
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

def classes_in(module: ModuleType, holder: type | None = None) -> Iterator[type]:
    """Yield the classes defined in a module that are reachable by their qualified names.

    Args:
        module: The module.
        holder: A class in it, to look only there.
    """

def import_module(name: str, *, shown: str | None = None) -> ModuleType:
    """Import a module.

    Args:
        name: Its dotted name.
        shown: What messages call it; its name by default.

    Raises:
        ScanError: It could not be imported; the error names it, the line that failed and the cause.
        DeclarationError: A decorator in it refused what it was given.
    """
