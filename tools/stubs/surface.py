"""Finds what is public: what the reference documents, and whatever that is made of."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.stubs.declarations import Stubber
from tools.stubs.sources import Definition, Package, Source, StubError, original_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Surface", "documented"]

_DIRECTIVE = re.compile(r"^::: (?P<target>[\w.]+)$", re.MULTILINE)


def documented(pages: Iterable[Path]) -> list[str]:
    """Return what the pages of the reference show: modules, and single names of modules."""
    texts = (page.read_text(encoding="utf-8") for page in pages)
    return sorted({match["target"] for text in texts for match in _DIRECTIVE.finditer(text)})


@dataclass
class ModuleStub:
    """What one module's stub declares.

    Attributes:
        source: The module.
        declarations: Its declarations by name.
        imported: The names that stay imported.
    """

    source: Source
    declarations: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)


class Surface:
    """The stubs of all public modules, each with what is public in it.

    A module of the surface is there with its ``__all__``, and with what other modules of the surface import from it.

    Args:
        package: The package.
        roots: Modules and single names, dotted.

    Raises:
        StubError: Sources do not tell what a stub has to say; all places in one.
    """

    def __init__(self, package: Package, roots: Iterable[str]) -> None:
        self._package = package
        self.stubs: dict[str, ModuleStub] = {}
        self._waiting: list[tuple[str, str]] = []
        self._faults: list[str] = []
        for root in roots:
            module = root
            while module not in package:
                module = module.rpartition(".")[0]
            self._add_module(module)
        while self._waiting:
            self._add_name(*self._waiting.pop())
        if self._faults:
            raise StubError("\n".join(sorted(self._faults)))

    def _add_module(self, module: str) -> None:
        """Add a module and the packages it is in, which are imported with it."""
        if module in self.stubs:
            return
        source = self._package[module]
        self.stubs[module] = ModuleStub(source)
        self._waiting += [(module, name) for name in [*(source.exported or []), "__all__"]]
        if parent := module.rpartition(".")[0]:
            self._add_module(parent)

    def _add_name(self, module: str, name: str) -> None:
        self._add_module(module)
        stub = self.stubs[module]
        definitions = stub.source.definitions(name)
        if name in stub.declarations or name in stub.imported:
            return
        if not definitions:
            if name in (stub.source.exported or []):
                problem = f'"{name}" is in __all__, and what it is cannot be seen'
                self._faults.append(f"{stub.source.path.as_posix()}:1: {problem}; define it outside of conditions")
            return
        if isinstance(definitions[0], ast.Import | ast.ImportFrom):
            stub.imported.add(name)
            self._waiting += self._imported(definitions[0], name)
            return
        stubber = Stubber(stub.source, lambda called: self._package.is_class(module, called))
        try:
            stub.declarations[name] = stubber.declare(definitions)
        except StubError as fault:
            stub.declarations[name] = []
            self._faults.append(str(fault))
        self._waiting += [(module, used) for each in stub.declarations[name] for used in _names_in(each)]

    def _imported(self, statement: Definition, name: str) -> Iterator[tuple[str, str]]:
        if isinstance(statement, ast.Import):
            for module in (alias.name for alias in statement.names if alias.name in self._package):
                self._add_module(module)
        elif isinstance(statement, ast.ImportFrom) and statement.module and statement.module in self._package:
            original = original_name(statement, name)
            if f"{statement.module}.{original}" in self._package:
                self._add_module(f"{statement.module}.{original}")
            else:
                yield statement.module, original


def _names_in(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
