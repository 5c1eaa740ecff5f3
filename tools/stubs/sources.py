"""The modules of a package as their sources define them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Definition", "Package", "Source", "StubError", "names_bound_by", "original_name"]

Definition: TypeAlias = (
    ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign
)
"""A statement that gives a module names."""


class StubError(Exception):
    """A source says less than a stub has to; the text tells the line and what to write there."""


@dataclass(frozen=True)
class Source:
    """One module.

    Attributes:
        name: Its dotted name.
        path: Its file, as messages show it.
        text: What the file holds.
        statements: Its top-level statements, as a type checker sees them.
        exported: The names in its ``__all__``; None where it has none.
    """

    name: str
    path: Path
    text: str
    statements: list[ast.stmt]
    exported: list[str] | None = None
    _definitions: dict[str, list[Definition]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, name: str, path: Path, *, root: Path) -> Source:
        """Parse a module.

        Raises:
            StubError: Its ``__all__`` is no list of literals.
        """
        text = path.read_text(encoding="utf-8")
        statements = list(_as_checked(ast.parse(text).body))
        source = cls(name, path.relative_to(root), text, statements, _exported(path.relative_to(root), statements))
        for statement in statements:
            for bound in names_bound_by(statement):
                assert isinstance(statement, Definition)
                source._definitions.setdefault(bound, []).append(statement)
        return source

    def definitions(self, name: str) -> list[Definition]:
        """Return what gives the module a name: overloads are several, anything else is the last one."""
        found = self._definitions.get(name, [])
        if all(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in found):
            return found
        return found[-1:]

    def fault(self, node: ast.AST, problem: str, mend: str) -> StubError:
        """Return an error about a place in this module."""
        return StubError(f"{self.path.as_posix()}:{getattr(node, 'lineno', 1)}: {problem}; {mend}")


class Package:
    """A package and all modules below it, read when they are first asked for.

    Args:
        root: The directory that holds the package.
        name: The package.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name
        self._files = dict(_modules(root, name))
        self._sources: dict[str, Source] = {}

    def __contains__(self, module: str) -> bool:
        return module in self._files

    def __getitem__(self, module: str) -> Source:
        if module not in self._sources:
            self._sources[module] = Source.read(module, self._files[module], root=self.root)
        return self._sources[module]

    def is_class(self, module: str, name: str) -> bool:
        """Tell whether a module's name stands for a class of this package."""
        if module not in self:
            return False
        for definition in self[module].definitions(name):
            if isinstance(definition, ast.ImportFrom) and definition.module:
                return self.is_class(definition.module, original_name(definition, name))
            return isinstance(definition, ast.ClassDef)
        return False


def original_name(statement: ast.ImportFrom, bound: str) -> str:
    """Return what an imported name is called in its own module."""
    return next(alias.name for alias in statement.names if (alias.asname or alias.name) == bound)


def names_bound_by(statement: ast.stmt) -> list[str]:
    """Return the names that a statement gives to the scope it stands in."""
    match statement:
        case ast.Import():
            return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
        case ast.ImportFrom():
            return [alias.asname or alias.name for alias in statement.names]
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return [statement.name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign():
            return [target.id for target in statement.targets if isinstance(target, ast.Name)]
        case _:
            return []


def _modules(root: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / name).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def _as_checked(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements the way a type checker takes them: what is only for run time left out."""
    for statement in statements:
        match statement:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from _as_checked(statement.body)
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id="TYPE_CHECKING"))):
                yield from _as_checked(statement.orelse)
            case ast.Try():
                yield from _as_checked(statement.body)
            case ast.ClassDef():
                statement.body = list(_as_checked(statement.body))
                yield statement
            case _:
                yield statement


def _exported(path: Path, statements: list[ast.stmt]) -> list[str] | None:
    for statement in statements:
        if isinstance(statement, ast.Assign) and names_bound_by(statement) == ["__all__"]:
            try:
                return [str(name) for name in ast.literal_eval(statement.value)]
            except ValueError:
                message = f"{path.as_posix()}:{statement.lineno}: __all__ is computed; write a list of names"
                raise StubError(message) from None
    return None
