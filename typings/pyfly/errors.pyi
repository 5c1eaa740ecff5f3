# Generated from pyfly/errors.py; edit that, then run: python -m tools.stubs
"""The root of every error pyfly raises on its own account, and what to make of errors that are no `Exception`."""

from collections.abc import Awaitable
from typing import TypeVar

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

    package: str
    extra: str
    purpose: str
    def __init__(self, package: str, *, extra: str, purpose: str) -> None: ...
    def __reduce__(self) -> tuple[object, ...]: ...

def is_own_failure(error: BaseException) -> bool:
    """Tell whether a call failed by itself, rather than that the task it runs in is being ended.

    A `CancelledError` without a cancellation of the task comes from something the call waited for.
    """

def as_exception(error: BaseException, *, source: str) -> Exception:
    """Return an `Exception` that stands for any error: an exit, say, that must not end the server.

    Args:
        error: What was raised.
        source: Who raised it, as messages call it.
    """

async def confined(awaitable: Awaitable[T], *, source: str) -> T:
    """Await something that runs in a task of its own, where an exit would end the event loop.

    Raises:
        RuntimeError: It raised `SystemExit` or `KeyboardInterrupt`.
    """
