# Generated from pyfly/metadata/errors.py; edit that, then run: python -m tools.stubs
"""Errors about what an author declared, each with the place it was written."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from pyfly.errors import PyflyError
from pyfly.metadata.source import SourceLocation

__all__ = ["DeclarationError", "DeclarationErrors", "UnresolvedAnnotationError", "gathering"]

class DeclarationError(PyflyError):
    """One declaration that can never work.

    Attributes:
        source: Where the author wrote it; None when that cannot be told.
        problem: What is wrong.
        mend: How to put it right; may be empty.
        code: The rule it breaks, such as ``pyfly-path``; empty where none is broken.
    """

    source: SourceLocation | None
    problem: str
    mend: str
    code: str
    rule: ClassVar[str]
    """The rule that errors of this class break unless they name another."""
    def __init__(self, source: SourceLocation | None, problem: str, mend: str = "", code: str = "") -> None: ...
    @property
    def message(self) -> str:
        """The problem and its mend, without the place."""

class UnresolvedAnnotationError(DeclarationError):
    """An annotation names something that does not exist at run time."""

    rule: ClassVar[str]

class DeclarationErrors(PyflyError):
    """Every declaration that was found wrong in one go.

    Attributes:
        faults: The single errors, in the order they were found; never empty.
    """

    faults: tuple[DeclarationError, ...]
    def __init__(self, faults: Sequence[DeclarationError]) -> None: ...

@contextmanager
def gathering(faults: list[DeclarationError]) -> Generator[None]:
    """Keep the faults found inside, to be told together with others.

    Args:
        faults: Where to add them; each is added once.
    """
