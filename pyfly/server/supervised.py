"""The worker's side of supervision: a process that serves, and tells its supervisor how it goes."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, final

from pyfly.draining import GOING_AWAY, SERVICE_RESTART
from pyfly.errors import PyflyError
from pyfly.server.logs import configure_logging
from pyfly.server.worker import load_adapter, run_worker

if TYPE_CHECKING:
    import asyncio
    from multiprocessing.connection import Connection

    from pyfly.server.ports import Listener
    from pyfly.server.settings import ServerSettings
    from pyfly.server.shutdown import Shutdown
    from pyfly.server.targets import AppTarget

__all__ = ["READY", "RESTART", "STOP", "run_supervised"]

logger: logging.Logger = logging.getLogger("pyfly.server")

READY = ""
"""What a worker reports when its application has started; anything else it reports is why it could not."""

STOP = b"stop"
"""What a supervisor sends to end a worker, and once more to hurry it."""

RESTART = b"restart"
"""The same for a worker that another one follows."""


@final
class _SupervisorLink:
    """The line to the supervisor; when it breaks, nobody is left to serve for."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection

    def listen(self, shutdown: Shutdown, loop: asyncio.AbstractEventLoop) -> None:
        threading.Thread(target=self._relay, args=(shutdown, loop), name="supervisor", daemon=True).start()

    def _relay(self, shutdown: Shutdown, loop: asyncio.AbstractEventLoop) -> None:
        connected = True
        while connected:
            code = GOING_AWAY
            try:
                if self._connection.recv_bytes() == RESTART:
                    code = SERVICE_RESTART
            except (EOFError, OSError):
                connected = False
            try:
                loop.call_soon_threadsafe(partial(shutdown.request, "supervisor", code=code))
            except RuntimeError:
                return  # the loop has ended, and with it what there was to stop

    def report(self, text: str) -> None:
        try:
            self._connection.send(text)
        except OSError:
            logger.debug("The supervisor is gone")


def run_supervised(
    target: AppTarget, listener: Listener, settings: ServerSettings, connection: Connection[Any, Any]
) -> None:
    """Serve in a process that a supervisor started.

    Args:
        target: What to serve.
        listener: Where to listen.
        settings: How to serve.
        connection: The line to the supervisor.
    """
    # Ctrl+C reaches the whole process group; stopping is the supervisor's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logging(settings)
    link = _SupervisorLink(connection)
    try:
        run_worker(
            target,
            load_adapter(settings.backend),
            listener,
            settings,
            signals=(signal.SIGTERM,),
            listen=link.listen,
            started=lambda: link.report(READY),
        )
    except PyflyError as error:
        logger.debug("The worker failed", exc_info=True)
        link.report(str(error))
        sys.exit(1)
