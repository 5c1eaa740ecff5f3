# Generated from pyfly/metadata/source.py; edit that, then run: python -m tools.stubs
"""Where in the author's code a declaration stands."""

from typing import Any, NamedTuple, Self, final

__all__ = ["SourceLocation"]

@final
class SourceLocation(NamedTuple):
    """A file and a line in it, shown as ``file:line``.

    Attributes:
        file: Path of the file, as the interpreter knows it.
        line: Line number, from 1.
    """

    file: str
    line: int
    @classmethod
    def of_caller(cls) -> Self:
        """Return the nearest line on the stack that is not pyfly's own."""
    @classmethod
    def of(cls, target: Any) -> Self | None:
        """Return where a class or function was written, or None when Python cannot tell.

        Args:
            target: A class, a function, or a descriptor around one (``staticmethod``, ``functools.wraps`` wrapper …).
        """
