"""Where in the author's code a declaration stands."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SourceLocation"]

_OWN_PACKAGE = __name__.partition(".")[0]


@final
class SourceLocation(NamedTuple):
    """A file and a line in it, shown as ``file:line``.

    Attributes:
        file: Path of the file, as the interpreter knows it.
        line: Line number, from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @classmethod
    def of_caller(cls) -> Self:
        """Return the nearest line on the stack that is not pyfly's own."""
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # inspect.currentframe may be None
        while frame.f_back is not None and _is_own(frame.f_globals.get("__name__", "")):
            frame = frame.f_back
        return cls(file=frame.f_code.co_filename, line=frame.f_lineno)

    @classmethod
    def of(cls, target: Any) -> Self | None:
        """Return where a class or function was written, or None when Python cannot tell.

        Args:
            target: A class, a function, or a descriptor around one (``staticmethod``, ``functools.wraps`` wrapper …).
        """
        target = inspect.unwrap(getattr(target, "__func__", target))
        code = getattr(target, "__code__", None)
        if isinstance(code, CodeType):
            return cls(file=code.co_filename, line=code.co_firstlineno)
        try:
            file = inspect.getsourcefile(target)
        except (OSError, TypeError):
            return None
        line = _class_line(file, target) if isinstance(target, type) and file else None
        return cls(file=file, line=line) if file and line else None


def _class_line(file: str, target: type) -> int | None:
    line: int | None = getattr(target, "__firstlineno__", None)
    if line is not None:
        return line
    linecache.checkcache(file)
    module = sys.modules.get(target.__module__)
    return _class_lines("".join(linecache.getlines(file, vars(module) if module else None))).get(target.__qualname__)


# `inspect` would parse the file again for each of its classes.
@lru_cache(maxsize=16)
def _class_lines(text: str) -> Mapping[str, int]:
    """Return the first line of each class by qualified name, decorators included."""
    lines: dict[str, int] = {}
    try:
        waiting: list[tuple[str, ast.AST]] = [("", ast.parse(text))]
    except SyntaxError:  # the file was changed since its import
        return lines
    for prefix, node in waiting:
        for child in ast.iter_child_nodes(node):
            inner = prefix
            if isinstance(child, ast.ClassDef):
                lines.setdefault(
                    prefix + child.name, min([child.lineno, *(part.lineno for part in child.decorator_list)])
                )
                inner = f"{prefix}{child.name}."
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = f"{prefix}{child.name}.<locals>."
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                waiting.append((inner, child))
    return lines


def _is_own(module: str) -> bool:
    return module == _OWN_PACKAGE or module.startswith(f"{_OWN_PACKAGE}.")
