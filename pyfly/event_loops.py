"""What there is one of for each event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar, final
from weakref import WeakKeyDictionary, ref

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PerLoop"]

T = TypeVar("T")


@final
class PerLoop(Generic[T]):
    """One object for each event loop, made when it is first asked for, and gone with its loop.

    Args:
        make: Makes one.
    """

    __slots__ = ("_last", "_make", "_of_loops")

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, T] = WeakKeyDictionary()
        # Nearly always there is one loop: asking the dictionary would take five times as long.
        self._last: tuple[ref[asyncio.AbstractEventLoop], ref[T]] | None = None

    def here(self) -> T:
        """Return the one of the running event loop.

        Raises:
            RuntimeError: None runs.
        """
        loop = asyncio.get_running_loop()
        last = self._last
        if last is not None and last[0]() is loop and (found := last[1]()) is not None:
            return found
        its = self._of_loops.get(loop)
        if its is None:
            its = self._of_loops[loop] = self._make()
        self._last = ref(loop), ref(its)
        return its
