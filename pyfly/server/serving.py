"""The way in: serves an application with what the settings say."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pyfly.server.event_loops import choose_loop
from pyfly.server.listeners import bind, check_tls
from pyfly.server.logs import configure_logging
from pyfly.server.settings import ServerSettings
from pyfly.server.supervisor import Supervisor
from pyfly.server.targets import AppTarget
from pyfly.server.worker import load_adapter, run_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.server.ports import ASGIApp

__all__ = ["serve"]

logger: logging.Logger = logging.getLogger("pyfly.server")


def serve(
    target: ASGIApp | Callable[[], ASGIApp] | str,
    *,
    factory: bool = False,
    settings: ServerSettings | None = None,
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve an application until SIGINT, SIGTERM or SIGHUP.

    The first signal stops in order. WebSockets are closed with 1001, batch by batch and each after the message that its
    handler is on, while new ones are refused with 503. The port closes, and the application's lifespan ends. Handlers
    get `settings.graceful_timeout` seconds for all of that before they are cancelled; a second signal cancels at once.
    Threads cannot be cancelled: the process waits for handlers that are no coroutines, and names them in the log.

    Args:
        target: An ASGI application or the import string `module:attribute` of one; `reload` and several `workers` need
            the string, as each process imports the application anew.
        factory: Whether the target is a callable without arguments that makes the application.
        settings: How to serve; read from the environment when not given.
        started: Called with the URL when the application has started, and whenever new workers have.

    Raises:
        MissingExtraError: The server or event loop that was asked for is not installed.
        ServerError: The port cannot be taken, the TLS files do not work, or the application cannot be loaded or
            started.
    """
    app_target = AppTarget(target, factory)
    settings = ServerSettings.load() if settings is None else settings
    configure_logging(settings)
    adapter = load_adapter(settings.backend)
    loop_name, _ = choose_loop(settings.loop)
    check_tls(settings)
    if lacks := adapter.check(settings):
        asked = settings.model_dump(exclude_defaults=True)
        level = logging.WARNING if any(lack.setting in asked for lack in lacks) else logging.INFO
        logger.log(level, "%s", "; ".join(lack.text for lack in lacks))
    listener = bind(settings, keep=not adapter.binds)

    def announce() -> None:
        host = f"[{listener.host}]" if ":" in listener.host else listener.host
        scheme = "https" if settings.tls else "http"
        url = f"{scheme}://{host}:{listener.port}"
        logger.info("Serving on %s (%s, %s)", url, adapter.name, loop_name)
        if started is not None:
            started(url)

    try:
        if settings.reload or settings.workers > 1:
            Supervisor(app_target, listener, settings, ready=announce).run()
        else:
            run_worker(app_target, adapter, listener, settings, started=announce)
    finally:
        if listener.socket is not None:
            listener.socket.close()
