"""What decorators refuse: raised where the author wrote it, or kept while a whole program is looked at."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from pyfly.metadata.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["keeping_refusals", "refuse", "refusing"]

_kept: Final[ContextVar[list[DeclarationError] | None]] = ContextVar("kept refusals", default=None)


def refuse(fault: DeclarationError) -> None:
    """Raise a fault; inside of `keeping_refusals` keep it, so that the module it stands in is imported to its end.

    Args:
        fault: What a decorator cannot declare. When this returns, it declares nothing, and goes on.

    Raises:
        DeclarationError: The fault.
    """
    kept = _kept.get()
    if kept is None:
        raise fault
    kept.append(fault)


@contextmanager
def refusing() -> Generator[None]:
    """Hand what is raised inside to `refuse`, and go on behind the block where it is kept."""
    try:
        yield
    except DeclarationError as fault:
        refuse(fault)


@contextmanager
def keeping_refusals(faults: list[DeclarationError]) -> Generator[None]:
    """Keep what decorators refuse inside, to be told together with all other faults.

    What is kept must be told: a program that starts in spite of it would lack what was refused.

    Args:
        faults: Where to add them.
    """
    token = _kept.set(faults)
    try:
        yield
    finally:
        _kept.reset(token)
