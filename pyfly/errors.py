"""The root of every error pyfly raises on its own account, and what to make of errors that are no `Exception`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

__all__ = ["MissingExtraError", "PyflyError", "as_exception", "confined", "is_own_failure"]

T = TypeVar("T")


class PyflyError(Exception):
    """Base of all pyfly errors; its text says where, what and how to put it right."""


class MissingExtraError(PyflyError, ImportError):
    """An optional dependency is needed and not installed.

    Attributes:
        package: The distribution that is missing.
        extra: The pyfly extra that brings it.
        purpose: What it is needed for.
    """

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        super().__init__(package)
        self.package = package
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[object, ...]:
        return _missing_extra, (self.package, self.extra, self.purpose)

    def __str__(self) -> str:
        return f"{self.purpose} needs {self.package}, which is not installed; run: pip install 'pyfly[{self.extra}]'"


def _missing_extra(package: str, extra: str, purpose: str) -> MissingExtraError:
    """Make the error again where it was pickled, since its arguments are given by name."""
    return MissingExtraError(package, extra=extra, purpose=purpose)


def is_own_failure(error: BaseException) -> bool:
    """Tell whether a call failed by itself, rather than that the task it runs in is being ended.

    A `CancelledError` without a cancellation of the task comes from something the call waited for.
    """
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and not task.cancelling()
    return not isinstance(error, GeneratorExit)


def as_exception(error: BaseException, *, source: str) -> Exception:
    """Return an `Exception` that stands for any error: an exit, say, that must not end the server.

    Args:
        error: What was raised.
        source: Who raised it, as messages call it.
    """
    if isinstance(error, Exception):
        return error
    stand_in = RuntimeError(f"{source} raised {error!r}")
    stand_in.__cause__ = error
    return stand_in


async def confined(awaitable: Awaitable[T], *, source: str) -> T:
    """Await something that runs in a task of its own, where an exit would end the event loop.

    Raises:
        RuntimeError: It raised `SystemExit` or `KeyboardInterrupt`.
    """
    try:
        return await awaitable
    except (SystemExit, KeyboardInterrupt) as error:
        raise as_exception(error, source=source) from error
