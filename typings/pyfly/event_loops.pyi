# Generated from pyfly/event_loops.py; edit that, then run: python -m tools.stubs
"""What there is one of for each event loop."""

from collections.abc import Callable
from typing import Generic, TypeVar, final

__all__ = ["PerLoop"]

T = TypeVar("T")

@final
class PerLoop(Generic[T]):
    """One object for each event loop, made when it is first asked for, and gone with its loop.

    Args:
        make: Makes one.
    """
    def __init__(self, make: Callable[[], T]) -> None: ...
    def here(self) -> T:
        """Return the one of the running event loop.

        Raises:
            RuntimeError: None runs.
        """
