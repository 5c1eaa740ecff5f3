"""Calls that most often end without waiting, and then need neither a task nor a time limit."""

from __future__ import annotations

from functools import partial
from types import CoroutineType
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Generator

__all__ = ["take_first_step"]


def take_first_step(call: Awaitable[None]) -> Awaitable[None] | None:
    """Run a coroutine until it waits for something; other awaitables are left as they are.

    Returns:
        What is left of it, to be awaited once; None if it has ended.
    """
    if not isinstance(call, CoroutineType):
        return call
    try:
        waited_for: Any = call.send(None)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except StopIteration:
        return None
    return _Started(call, waited_for)  # pyright: ignore[reportUnknownArgumentType]


@final
class _Started:
    """A coroutine that has taken its first step, to be awaited to its end.

    Args:
        coroutine: The coroutine.
        first: What it waits for.
    """

    __slots__ = ("_coroutine", "_first")

    def __init__(self, coroutine: Coroutine[Any, None, None], first: Any) -> None:
        self._coroutine = coroutine
        self._first = first

    def __await__(self) -> Generator[Any, Any, None]:
        coroutine, waited_for = self._coroutine, self._first
        # Nothing is kept that is no longer needed: the traceback of what the coroutine raises holds this frame, and
        # what was waited for may hold the traceback in turn, where no garbage collector sees it (Granian).
        del self._first
        while True:
            try:
                result = yield waited_for
            except BaseException as error:  # a cancellation above all: it is the coroutine's to take
                step = partial(coroutine.throw, error)
            else:
                step = partial(coroutine.send, result)
            waited_for = None
            try:
                waited_for = step()
            except StopIteration:
                return
            finally:
                del step
