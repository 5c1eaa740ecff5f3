# Generated from pyfly/metadata/refusals.py; edit that, then run: python -m tools.stubs
"""What decorators refuse: raised where the author wrote it, or kept while a whole program is looked at."""

from collections.abc import Generator
from contextlib import contextmanager

from pyfly.metadata.errors import DeclarationError

__all__ = ["keeping_refusals", "refuse", "refusing"]

def refuse(fault: DeclarationError) -> None:
    """Raise a fault; inside of `keeping_refusals` keep it, so that the module it stands in is imported to its end.

    Args:
        fault: What a decorator cannot declare. When this returns, it declares nothing, and goes on.

    Raises:
        DeclarationError: The fault.
    """

@contextmanager
def refusing() -> Generator[None]:
    """Hand what is raised inside to `refuse`, and go on behind the block where it is kept."""

@contextmanager
def keeping_refusals(faults: list[DeclarationError]) -> Generator[None]:
    """Keep what decorators refuse inside, to be told together with all other faults.

    What is kept must be told: a program that starts in spite of it would lack what was refused.

    Args:
        faults: Where to add them.
    """
