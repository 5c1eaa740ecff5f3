"""Turns signals into one orderly request to stop, and a second one into haste."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING, final

from pyfly.draining import GOING_AWAY

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from types import FrameType

__all__ = ["STOP_SIGNALS", "Shutdown"]

STOP_SIGNALS: tuple[signal.Signals, ...] = (
    signal.SIGINT,
    signal.SIGTERM,
    *([signal.Signals["SIGHUP"]] if hasattr(signal, "SIGHUP") else []),
    *([signal.Signals["SIGBREAK"]] if hasattr(signal, "SIGBREAK") else []),
)


@final
class Shutdown:
    """The request to stop serving.

    Attributes:
        code: The close code for WebSockets; that of the first request.
        requested: Set by the first request: end what is open, in order and within the graceful timeout.
        hurried: Set by the second: stop waiting.
    """

    __slots__ = ("_asked", "code", "hurried", "requested")

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self.code: int = GOING_AWAY
        self.requested: asyncio.Event = asyncio.Event()
        self.hurried: asyncio.Event = asyncio.Event()

    def request(self, source: str = "signal", *, code: int = GOING_AWAY) -> None:
        """Ask to stop; asking again asks to hurry.

        Args:
            source: Who asks. A signal to a whole process group comes from the supervisor once more, and is no haste.
            code: The close code for WebSockets.
        """
        if source in self._asked:
            self.hurried.set()
        if not self._asked:
            self.code = code
        self._asked.add(source)
        self.requested.set()

    @contextlib.contextmanager
    def on_signals(self, signals: Iterable[signal.Signals] = STOP_SIGNALS) -> Generator[None]:
        """Request it on signals, for as long as the context is open; only the main thread gets any."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()

        def handle(_signal: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.request)

        # Who starts a process with nohup wants it to outlive the terminal.
        deaf = {number for number in signals if number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN}
        previous = [(number, signal.signal(number, handle)) for number in signals if number not in deaf]
        try:
            yield
        finally:
            for number, handler in previous:
                signal.signal(number, handler)
