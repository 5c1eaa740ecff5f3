# Generated from pyfly/server/serving.py; edit that, then run: python -m tools.stubs
"""The way in: serves an application with what the settings say."""

from collections.abc import Callable

from pyfly.server.ports import ASGIApp
from pyfly.server.settings import ServerSettings

__all__ = ["serve"]

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
