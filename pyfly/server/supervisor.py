"""Runs workers in processes of their own: several side by side, or one that starts anew when a file changes."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
import time
from multiprocessing.connection import wait
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, final

from pyfly.errors import MissingExtraError
from pyfly.server.errors import ServerError
from pyfly.server.shutdown import STOP_SIGNALS
from pyfly.server.supervised import READY, RESTART, STOP, run_supervised

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path
    from types import FrameType

    from pyfly.server.ports import Listener
    from pyfly.server.settings import ServerSettings
    from pyfly.server.targets import AppTarget

__all__ = ["Supervisor"]

logger: logging.Logger = logging.getLogger("pyfly.server")

MARGIN_SECONDS = 10.0
"""What a worker gets beyond the graceful timeout, for its lifespan to end, before it is killed."""

SPAWN = multiprocessing.get_context("spawn")


@final
class _Worker:
    """One process that serves."""

    __slots__ = ("connection", "failure", "process", "ready")

    def __init__(self, target: AppTarget, listener: Listener, settings: ServerSettings) -> None:
        self.connection, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=run_supervised, args=(target, listener, settings, theirs), name="pyfly")
        self.process.start()
        theirs.close()
        self.ready = False
        self.failure = ""

    def read(self) -> None:
        """Take in what the worker reports, if anything."""
        try:
            while self.connection.poll():
                text: str = self.connection.recv()
                self.ready, self.failure = text == READY, text
        except (EOFError, OSError):
            self.connection.close()

    def ask_to_stop(self, request: bytes) -> None:
        if not self.connection.closed:
            try:
                self.connection.send_bytes(request)
            except OSError:
                logger.debug("Worker %s is gone already", self.process.pid)

    def release(self) -> None:
        self.connection.close()
        self.process.close()


@final
class Supervisor:
    """Starts workers, starts others for those that end, and ends them all with itself.

    Args:
        target: What each worker loads; an import string.
        listener: Where all of them listen.
        settings: How they serve; `workers` says how many.
        ready: Called whenever all workers have become ready.

    Raises:
        ServerError: The target is no import string.
    """

    __slots__ = ("_changes", "_listener", "_ready", "_settings", "_signals", "_target", "_waker", "_wakeup", "_workers")

    def __init__(
        self, target: AppTarget, listener: Listener, settings: ServerSettings, *, ready: Callable[[], None]
    ) -> None:
        if not isinstance(target.application, str):
            raise ServerError(
                "reload and workers need an import string, for example serve('demo:app'), got an object; "
                "each process imports the application anew"
            )
        self._target = target
        self._listener = listener
        self._settings = settings
        self._ready = ready
        self._workers: list[_Worker] = []
        self._changes: SimpleQueue[list[str]] = SimpleQueue()
        self._signals = 0
        self._wakeup, self._waker = SPAWN.Pipe(duplex=False)

    def run(self) -> None:
        """Supervise until a signal comes.

        Raises:
            MissingExtraError: watchfiles, which reload needs, is not installed.
            ServerError: A worker cannot start; with reload, only the log says so, and the next change tries again.
        """
        watcher = _FileWatcher(self._settings, self._report) if self._settings.reload else None
        previous = [(number, signal.signal(number, self._handle)) for number in STOP_SIGNALS]
        try:
            if watcher is not None:
                watcher.start()
            self._workers = [self._start() for _ in range(self._settings.workers)]
            while not self._signals:
                self._supervise()
        finally:
            if watcher is not None:
                watcher.stop()
            self._stop(self._workers, STOP)
            for number, handler in previous:
                signal.signal(number, handler)

    def _handle(self, _signal: int, _frame: FrameType | None) -> None:
        self._signals += 1
        self._waker.send_bytes(b"")

    def _report(self, paths: list[str]) -> None:
        self._changes.put(paths)
        self._waker.send_bytes(b"")

    def _start(self) -> _Worker:
        return _Worker(self._target, self._listener, self._settings)

    def _supervise(self) -> None:
        """Wait for something to happen, and see to it."""
        sources: list[Connection[Any, Any] | int] = [self._wakeup]
        for worker in self._workers:
            sources.append(worker.process.sentinel)
            if not worker.connection.closed:
                sources.append(worker.connection)
        happened = wait(sources)
        was_ready = self._all_ready()
        for worker in tuple(self._workers):
            worker.read()
            if worker.process.sentinel in happened:
                self._replace(worker)
        if not was_ready and self._all_ready():
            self._ready()
        self._drain_wakeup()
        if not self._changes.empty() and not self._signals:
            logger.info("Reloading, as %s changed", ", ".join(self._changes.get()))
            self._stop(self._workers, RESTART)
            while not self._changes.empty():
                self._changes.get()
            if not self._signals:
                self._workers = [self._start()]

    def _drain_wakeup(self) -> None:
        while self._wakeup.poll():
            self._wakeup.recv_bytes()

    def _all_ready(self) -> bool:
        return len(self._workers) == self._settings.workers and all(worker.ready for worker in self._workers)

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        code = worker.process.exitcode
        self._workers.remove(worker)
        try:
            if worker.ready:
                logger.error("Worker %d ended with exit code %s; starting another", worker.process.pid, code)
                self._workers.append(self._start())
                return
            failure = worker.failure or f"a worker ended with exit code {code} before the application had started"
            if not self._settings.reload:
                raise ServerError(failure)
            logger.error("%s\nWaiting for a change", failure)
        finally:
            worker.release()

    def _stop(self, workers: list[_Worker], request: bytes) -> None:
        for worker in workers:
            worker.ask_to_stop(request)
        deadline = time.monotonic() + self._settings.graceful_timeout + MARGIN_SECONDS
        hurried = False
        for worker in workers:
            while worker.process.is_alive() and (left := deadline - time.monotonic()) > 0:
                # The second signal may have come at any time, also before this was called.
                if self._signals > 1 and not hurried:
                    hurried = True
                    for other in workers:
                        other.ask_to_stop(request)
                wait([worker.process.sentinel, self._wakeup], timeout=left)
                self._drain_wakeup()
            if worker.process.is_alive():
                logger.error("Killing worker %d, which does not stop", worker.process.pid)
                worker.process.kill()
            worker.process.join()
            worker.release()
        workers.clear()


@final
class _FileWatcher:
    """Reports changed Python files from a thread of its own."""

    __slots__ = ("_directories", "_filter", "_report", "_stopping", "_thread", "_watch")

    def __init__(self, settings: ServerSettings, report: Callable[[list[str]], None]) -> None:
        try:
            from watchfiles import PythonFilter, watch
        except ImportError:
            raise MissingExtraError("watchfiles", extra="standard", purpose="reload=True") from None
        self._directories: tuple[Path | str, ...] = settings.reload_dirs or (".",)
        for directory in settings.reload_dirs:
            if not directory.is_dir():
                raise ServerError(f"cannot watch {directory}: there is no such directory; check reload_dirs")
        self._stopping = threading.Event()
        self._report = report
        self._watch = watch
        self._filter = PythonFilter()
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        for changes in self._watch(*self._directories, watch_filter=self._filter, stop_event=self._stopping):
            self._report(sorted({path for _, path in changes}))
