"""What fails in a session and only ends that session: it is logged, and told to whoever watches."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

__all__ = ["report_failure", "watching_failures"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

_watcher: Final[ContextVar[Callable[[BaseException], None] | None]] = ContextVar("pyfly_failures", default=None)


def report_failure(
    error: BaseException, message: str, *arguments: object, extra: Mapping[str, object] | None = None
) -> None:
    """Log a failure with its traceback, and tell it to who watches the current task.

    Args:
        error: What was raised.
        message: What failed, as a format for the log.
        arguments: What the format names.
        extra: Further fields of the log record.
    """
    logger.warning(message, *arguments, exc_info=error, extra=extra, stacklevel=2)
    watcher = _watcher.get()
    if watcher is not None:
        watcher(error)


@contextmanager
def watching_failures(watcher: Callable[[BaseException], None]) -> Generator[None]:
    """Be told of what fails in sessions that the current task, and those it starts, carry out.

    Args:
        watcher: Called with each failure, when it is logged.
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)
