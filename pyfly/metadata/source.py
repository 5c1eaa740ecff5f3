"""Where in the author's code a declaration stands."""

from __future__ import annotations

import inspect
import sys
from types import CodeType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

__all__ = ["SourceLocation"]

_OWN_PACKAGE = __name__.partition(".")[0]


class SourceLocation(BaseModel):
    """A file and a line in it, shown as ``file:line``.

    Attributes:
        file: Path of the file, as the interpreter knows it.
        line: Line number, from 1.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

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
            line = inspect.getsourcelines(target)[1]
        except (OSError, TypeError):
            return None
        return None if file is None else cls(file=file, line=max(line, 1))


def _is_own(module: str) -> bool:
    return module == _OWN_PACKAGE or module.startswith(f"{_OWN_PACKAGE}.")
