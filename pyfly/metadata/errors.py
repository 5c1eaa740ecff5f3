"""Errors about what an author declared, each with the place it was written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from pyfly.errors import PyflyError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

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

    rule: ClassVar[str] = ""
    """The rule that errors of this class break unless they name another."""

    def __init__(self, source: SourceLocation | None, problem: str, mend: str = "", code: str = "") -> None:
        super().__init__(source, problem, mend, code)
        self.source = source
        self.problem = problem
        self.mend = mend
        self.code: str = code or self.rule

    @property
    def message(self) -> str:
        """The problem and its mend, without the place."""
        return f"{self.problem}; {self.mend}" if self.mend else self.problem

    def __str__(self) -> str:
        return self.message if self.source is None else f"{self.source}: {self.message}"


class UnresolvedAnnotationError(DeclarationError):
    """An annotation names something that does not exist at run time."""

    rule: ClassVar[str] = "pyfly-annotation"


class DeclarationErrors(PyflyError):
    """Every declaration that was found wrong in one go.

    Attributes:
        faults: The single errors, in the order they were found; never empty.
    """

    def __init__(self, faults: Sequence[DeclarationError]) -> None:
        super().__init__(tuple(faults))
        self.faults: tuple[DeclarationError, ...] = tuple(faults)

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return str(self.faults[0])
        return "\n".join(
            [f"{len(self.faults)} faults:", *(f"  {fault}".replace("\n", "\n  ") for fault in self.faults)]
        )


@contextmanager
def gathering(faults: list[DeclarationError]) -> Generator[None]:
    """Keep the faults found inside, to be told together with others.

    Args:
        faults: Where to add them; each is added once.
    """
    try:
        yield
    except (DeclarationError, DeclarationErrors) as error:
        found = error.faults if isinstance(error, DeclarationErrors) else (error,)
        told = {str(fault) for fault in faults}
        faults.extend(fault for fault in found if str(fault) not in told)
