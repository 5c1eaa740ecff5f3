"""Imports the module that a command is told of, from a file or by its name."""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.util import spec_from_file_location
from itertools import takewhile
from typing import TYPE_CHECKING, Final, final

from pyfly.container.scanner import import_module

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import ModuleType

__all__ = ["import_file", "import_name", "shown_name"]

_STAND_IN: Final = "pyfly_target_"
"""What begins the name of a file's module where its own name is taken."""


def import_name(name: str) -> ModuleType:
    """Import a module or package that is found from the working directory or on the Python path.

    Args:
        name: Its dotted name.

    Raises:
        ScanError: It could not be imported.
        DeclarationError: A decorator in it refused what it was given.
    """
    _put_first(os.getcwd())
    return import_module(name)


def import_file(file: Path) -> ModuleType:
    """Import a file the way ``python FILE`` finds its neighbours, under a name that does not change.

    The name is the file's own, so that its neighbours can import it as well. A file in a package is imported as the
    package's module, so that its relative imports work.

    Args:
        file: An absolute path.

    Raises:
        ScanError: It could not be imported.
        DeclarationError: A decorator in it refused what it was given.
    """
    packages = _packages_around(file)
    if packages:
        _put_first(str(packages[-1].parent))
        _put_last(str(file.parent))
        parts = [package.name for package in reversed(packages)]
        if file.name != "__init__.py":
            parts.append(file.stem)
        return import_module(".".join(parts))
    _put_first(str(file.parent))
    name = _name_for(file)
    if name not in sys.modules:
        sys.meta_path.insert(0, _FileFinder(name, file))
    return import_module(name, shown=shown_name(name))


def shown_name(name: str) -> str:
    """Return what messages call a module: its own name, whatever it is imported under.

    Args:
        name: The name of a module that `import_file` or `import_name` has returned.
    """
    while name.startswith(_STAND_IN):
        name = name.removeprefix(_STAND_IN)
    return name


@final
class _FileFinder(MetaPathFinder):
    """Finds one module in one file, whatever else has that name."""

    def __init__(self, name: str, file: Path) -> None:
        self._name = name
        self._file = file

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self._file) if fullname == self._name else None


def _packages_around(file: Path) -> list[Path]:
    """Return the package directories a file is in, the innermost first."""
    return list(takewhile(_is_package, file.parents))


def _is_package(directory: Path) -> bool:
    return directory.name.isidentifier() and (directory / "__init__.py").is_file()


def _name_for(file: Path) -> str:
    name = file.stem.replace(".", "_")
    # A file called json.py must not become what everybody else imports as json.
    while name in sys.stdlib_module_names or _is_taken(name, file):
        name = f"{_STAND_IN}{name}"
    return name


def _is_taken(name: str, file: Path) -> bool:
    module = sys.modules.get(name)
    return module is not None and (module.__spec__ is None or module.__spec__.origin != str(file))


def _put_first(directory: str) -> None:
    if directory in sys.path:
        sys.path.remove(directory)
    sys.path.insert(0, directory)


def _put_last(directory: str) -> None:
    if directory not in sys.path:
        sys.path.append(directory)
