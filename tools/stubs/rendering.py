"""Writes a module's declarations as the text of its stub."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from tools.stubs.declarations import is_docstring
from tools.stubs.sources import Source, names_bound_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.stubs.surface import ModuleStub

__all__ = ["render"]

HEADER = "# Generated from {path}; edit that, then run: python -m tools.stubs"
INDENT = "    "


def render(stub: ModuleStub) -> str:
    """Return the stub's text, its declarations in the order of the source; neither sorted nor laid out yet."""
    source = stub.source
    docstring: list[str] = []
    imports: list[str] = []
    declarations: list[str] = []
    told: set[str] = set()
    declared = False
    for previous, statement in zip([None, *source.statements], source.statements, strict=False):
        names = [name for name in names_bound_by(statement) if name in stub.declarations]
        if is_docstring(statement):
            if previous is None:
                docstring.append(_docstring(statement, source))
            elif declared:
                declarations.append(_docstring(statement, source))
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            imports += _imports(statement, stub.imported)
        elif declared := bool(names):
            if previous is not None and statement.lineno > (previous.end_lineno or 0) + 1:
                declarations.append("")
            for name in names:
                if name not in told:
                    told.add(name)
                    declarations += _body(stub.declarations[name], source, "")
    header = HEADER.format(path=source.path.as_posix())
    return "\n".join([header, *docstring, "", *imports, *declarations]) + "\n"


def _imports(statement: ast.Import | ast.ImportFrom, names: set[str]) -> Iterator[str]:
    kept = [alias for alias, bound in zip(statement.names, names_bound_by(statement), strict=True) if bound in names]
    if kept:
        statement = copy.copy(statement)
        statement.names = kept
        yield ast.unparse(statement)


def _body(statements: Sequence[ast.stmt], source: Source, indent: str) -> Iterator[str]:
    for statement in statements:
        match statement:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                inner: list[ast.stmt] = statement.body
                statement.body = [ast.Pass()]
                header = ast.unparse(statement).removesuffix("pass").rstrip()
                statement.body = inner
                yield from (indent + line for line in header.splitlines())
                yield from _body(inner, source, indent + INDENT)
            case _ if is_docstring(statement):
                yield indent + _docstring(statement, source)
            case _:
                yield indent + ast.unparse(statement)


def _docstring(statement: ast.stmt, source: Source) -> str:
    """Return a docstring as the source has it: escapes and line breaks kept."""
    text = ast.get_source_segment(source.text, statement)
    assert text is not None
    return text
