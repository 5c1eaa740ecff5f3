"""Says what keeps a process that has stopped serving from ending: threads, which nothing can cancel."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["ExitWatch"]

logger: logging.Logger = logging.getLogger("pyfly.server")

PATIENCE_SECONDS = 0.5
"""What idle threads of pools get to end before the others are named."""

MACHINERY = frozenset({"anyio", "asyncio", "concurrent", "pyfly", "starlette", "threading"})
"""Packages that run a thread's work and are not the work."""


@final
class ExitWatch:
    """Names, once, the threads begun since it was made that still run a while after serving has ended."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known = frozenset(threading.enumerate())

    def start(self) -> None:
        """Look after a while, if the process still exists by then."""
        timer = threading.Timer(PATIENCE_SECONDS, self._tell)
        timer.daemon = True
        timer.start()

    def _tell(self) -> None:
        left = [thread for thread in threading.enumerate() if thread not in self._known and not thread.daemon]
        frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # the one way to see them
        works = [work for thread in left if (work := _work_of(frames.get(thread.ident or 0))) is not None]
        if works:
            names = ", ".join(works)
            logger.warning("The process waits for threads, which cannot be cancelled (%d): %s", len(works), names)


def _work_of(frame: FrameType | None) -> str | None:
    """Name the outermost function that is a thread's work, and where it is; None when it is machinery alone."""
    work = None
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in MACHINERY:
            work = frame
        frame = frame.f_back
    return None if work is None else f"{work.f_code.co_qualname} ({work.f_code.co_filename}:{work.f_lineno})"
