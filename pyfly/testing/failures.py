"""What handlers raise: pyfly answers it with a close code, and a test wants to see it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["collecting_failures"]

_LOGGER: Final = logging.getLogger("pyfly.websocket")

_failures: ContextVar[list[BaseException] | None] = ContextVar("pyfly_testing_failures", default=None)
"""Where to keep the failures of the session that the current task belongs to."""


@final
class _Listener(logging.Filter):
    """Lets every record pass, and keeps the errors that come with warnings.

    A filter rather than a handler: with a handler, a program that has set up no logging would print nothing any more.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        found = _failures.get()
        if found is not None and record.levelno >= logging.WARNING and record.exc_info and record.exc_info[1]:
            found.append(record.exc_info[1])
        return True


_LISTENER: Final = _Listener()


@contextmanager
def collecting_failures(found: list[BaseException]) -> Generator[None]:
    """Keep what is raised by the handlers of sessions that the current task, and those it starts, carry out.

    Args:
        found: Where to keep it.
    """
    _LOGGER.addFilter(_LISTENER)  # again and again is once
    token = _failures.set(found)
    try:
        yield
    finally:
        _failures.reset(token)
