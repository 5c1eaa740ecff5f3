"""Hypercorn, the one that speaks HTTP/2.

| setting            | what comes of it                                                                       |
|--------------------|----------------------------------------------------------------------------------------|
| `max_message_size` | counted by pyfly; Hypercorn's own limit stands behind it at twice the size             |
| `ping_interval`    | pyfly pings through Hypercorn's connection                                             |
| `ping_timeout`     | pyfly looks for the answers; a client that does not answer is closed with 1011         |
| `close_timeout`    | the connection is cut by pyfly, unless it is one of HTTP/2 with other streams on it    |
| `compression`      | per-message deflate, when asked for; pyfly bounds what a message is inflated to        |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees     | `receive()` gives a disconnect with                       |
|---------------------------------|---------------------|-----------------------------------------------------------|
| the server stops, while open    | 1001 or 1012, by pyfly | the same at once                                       |
| the server stops, before accept | HTTP 503, by pyfly  | the same at once                                          |
| message too big                 | 1009, by pyfly      | 1009                                                      |
| client closes                   | its own code        | the client's code and reason, 1005 if none; see below     |
| client vanishes                 | nothing             | 1006                                                      |
| client does not answer pings    | 1011                | 1006                                                      |
| client sends before the answer  | HTTP 400            | 1006                                                      |
| handshake headers are not ASCII | HTTP 400, by pyfly where Hypercorn would fail | -                               |
| client half-closes the TCP      | nothing             | 1006 at once: Hypercorn takes it for a client that left   |
| client breaks the protocol      | bare EOF, no close frame | 1002 or 1007, and what was wrong                     |
| handler returns without closing | 1011                | -                                                         |

More than twice too big a message, whole or not, meets Hypercorn's limit: Hypercorn closes with 1009, but keeps what the
client goes on to send, and waits for the client to end the connection. After any close frame, pyfly looks for nothing
but the client's own, and keeps nothing; after this one it ends the connection within a second.

A client that does not even take the ping in `ping_timeout` is not sent the 1011: its connection is cut.

Hypercorn itself keeps a client's close code to itself and tells 1006, once the client has read the answer; pyfly reads
it off the connection beneath. Hypercorn also keeps the task that pings until its next ping is due, which pyfly ends.

Sending to a client that has gone raises an `OSError`, as soon as Hypercorn knows; so does sending after the close.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.errors import MissingExtraError
from pyfly.server.websocket_guard import WebSocketGuard

try:
    import hypercorn.asyncio
    from hypercorn.config import Config
except ImportError:
    raise MissingExtraError("hypercorn", extra="hypercorn", purpose="backend='hypercorn'") from None

from pyfly.server.adapters.hypercorn_connections import Connections
from pyfly.server.adapters.hypercorn_deflate import inflating_within_bounds
from pyfly.server.adapters.hypercorn_handshake import refusing_what_is_illegible
from pyfly.server.adapters.hypercorn_websocket import telling_of_endings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.server.ports import ASGIApp, Lack, Listener, Receive, Scope, Send, Stopping
    from pyfly.server.settings import ServerSettings

__all__ = ["HypercornAdapter"]


@final
class HypercornAdapter:
    """Serves with Hypercorn."""

    __slots__ = ()

    name = "hypercorn"
    binds = False

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
        guard = WebSocketGuard(application, max_message_size=settings.max_message_size)

        async def stop() -> None:
            await stopping.wait()
            # Up to Python 3.11, asyncio reports the connections that are cancelled in the end as errors.
            asyncio.get_running_loop().set_exception_handler(_pass_over_cancellation)
            await guard.stop(stopping.code)

        config = self._configure(listener, settings)
        # Its type speaks of WSGI environments in terms of nothing known.
        run = cast("Callable[..., Awaitable[None]]", hypercorn.asyncio.serve)  # pyright: ignore[reportUnknownMemberType]
        served = telling_of_endings(guard, settings)
        if settings.compression:
            served = inflating_within_bounds(served)
        connections = Connections(_without_lifespan(served))
        with refusing_what_is_illegible():
            serving = asyncio.ensure_future(run(connections, config, shutdown_trigger=stop, mode="asgi"))
            try:
                await asyncio.wait({serving})
            finally:
                if not serving.done():  # its time is over
                    connections.abort()
                    serving.cancel()
                    await asyncio.wait({serving})
            serving.result()

    @staticmethod
    def _configure(listener: Listener, settings: ServerSettings) -> Config:
        assert listener.socket is not None
        config = Config()
        # Hypercorn closes what it is given, and the socket is not its own.
        config.bind = [f"fd://{listener.socket.dup().detach()}"]
        config.backlog = settings.backlog
        config.graceful_timeout = settings.graceful_timeout
        config.websocket_max_message_size = 2 * settings.max_message_size
        config.websocket_ping_interval = None
        config.loglevel = settings.log_level
        config.errorlog = logging.getLogger("hypercorn.error")
        config.accesslog = logging.getLogger("hypercorn.access") if settings.access_log else None
        if settings.ssl_certfile is not None:
            password = settings.ssl_keyfile_password
            config.certfile = str(settings.ssl_certfile)
            config.keyfile = str(settings.ssl_keyfile)
            config.keyfile_password = None if password is None else password.get_secret_value()
        return config

    def check(self, settings: ServerSettings) -> list[Lack]:
        """Return nothing: what Hypercorn cannot do, pyfly does."""
        return []


def _without_lifespan(application: ASGIApp) -> ASGIApp:
    """Answer Hypercorn's lifespan, which cannot be switched off; pyfly has already run the application's."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await application(scope, receive, send)
            return
        for _ in ("startup", "shutdown"):
            message = await receive()
            await send({"type": f"{message['type']}.complete"})

    return call


def _pass_over_cancellation(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)
