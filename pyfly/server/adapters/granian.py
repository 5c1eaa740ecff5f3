"""Granian, the one in Rust.

It runs inside pyfly's process, by what Granian calls its embedded server and experimental: its own worker processes
are killed while a WebSocket handler waits, without an end of the lifespan.

| setting                | what comes of it                                                                   |
|------------------------|------------------------------------------------------------------------------------|
| `max_message_size`     | counted by pyfly once a message is whole; Granian collects up to 64 MiB of one     |
| `ping_interval`        | not to be had, and so is `ping_timeout`: Granian sends no pings                    |
| `close_timeout`        | not to be had: Granian waits for as long as a client takes to read                 |
| `compression`          | not to be had: Granian never agrees to per-message deflate                         |
| `ssl_keyfile_password` | not to be had: an encrypted key would end the process                              |
| `workers`              | each binds the port by itself, which needs Linux                                   |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees                | `receive()` gives a disconnect with            |
|---------------------------------|--------------------------------|------------------------------------------------|
| the server stops, while open    | 1001 or 1012, by pyfly         | the same at once                               |
| the server stops, before accept | HTTP 503, by pyfly             | the same at once                               |
| message too big                 | 1009, by pyfly                 | 1009                                           |
| frame above 16 MiB              | 1005: a close frame without code | 1005                                         |
| client closes                   | its own code                   | the client's code, 1005 if none; no reason     |
| client vanishes                 | nothing                        | 1005                                           |
| client breaks the protocol      | 1005: a close frame without code | 1005                                         |
| handler returns without closing | 1005: a close frame without code | -                                            |

A client that half-closes its connection is told like one that vanishes, but not before it has read what is sent to it.

Granian ends a connection together with the close frame, and resets it where something of the client lies unread.
Before a close, pyfly passes over what the client sends for a moment, in which it can take what was sent last; a client
that goes on sending may still see a reset (1006) in place of the close frame, and of what it was too slow to take.

Granian refuses frames above 16 MiB and messages above 64 MiB. Up to there it tells nothing of a message before it is
whole, in a buffer that doubles as it grows, so that one client can take some 130 MiB; there is no setting for it. Each
session takes some 150 KiB, little of which Granian gives back to the operating system.

Granian keeps a task whose wait for a send is cancelled for ever, with all that it refers to; pyfly lets the send go on.

Sending to a client that has gone raises an `OSError` once that is the next thing to receive, and is passed over before:
Granian tells of it behind what the client has sent. Sending after the close raises an `OSError`. Granian itself sends
no close frame while a `receive()` waits in another task; pyfly ends that `receive()` with a disconnect first.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, final

from pyfly.errors import MissingExtraError
from pyfly.server.errors import ServerError
from pyfly.server.ports import Lack
from pyfly.server.websocket_guard import WebSocketGuard

try:
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels
    from granian.server.embed import Server
except ImportError:
    raise MissingExtraError("granian", extra="granian", purpose="backend='granian'") from None

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp, Listener, Stopping
    from pyfly.server.settings import ServerSettings

__all__ = ["GranianAdapter"]

LARGEST_FRAME = 16 * 1024 * 1024
LARGEST_MESSAGE = 64 * 1024 * 1024

KEEP_LOGGING: dict[str, Any] = {"version": 1, "incremental": True, "formatters": {}, "handlers": {}, "loggers": {}}
"""Granian configures logging whenever a server is made; this leaves it as it is."""


@final
class GranianAdapter:
    """Serves with Granian."""

    __slots__ = ()

    name = "granian"
    binds = True

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
        guard = WebSocketGuard(application, max_message_size=settings.max_message_size, lingers=True)
        server = self._configure(guard, listener, settings)

        async def stop() -> None:
            await stopping.wait()
            await guard.stop(stopping.code)
            server.stop()  # type: ignore[no-untyped-call]  # Granian declares no result

        stopper = asyncio.create_task(stop())
        log = logging.getLogger("_granian")
        log.addFilter(_is_news)
        try:
            await server.serve()
        finally:
            log.removeFilter(_is_news)
            stopper.cancel()

    @staticmethod
    def _configure(application: ASGIApp, listener: Listener, settings: ServerSettings) -> Server:
        return Server(
            application,
            address=listener.host,
            port=listener.port,
            interface=Interfaces.ASGINL,
            backlog=settings.backlog,
            log_level=LogLevels(settings.log_level),
            log_dictconfig=KEEP_LOGGING,
            log_access=settings.access_log,
            ssl_cert=settings.ssl_certfile,
            ssl_key=settings.ssl_keyfile,
            ssl_protocol_min=SSLProtocols.tls12,
        )

    def check(self, settings: ServerSettings) -> list[Lack]:
        """Say what Granian passes over of what was asked for.

        Raises:
            ServerError: The private key is encrypted.
        """
        if settings.ssl_keyfile is not None and b"ENCRYPTED" in settings.ssl_keyfile.read_bytes():
            # Granian would end the whole process.
            raise ServerError(
                f"cannot use the TLS file {settings.ssl_keyfile}: Granian does not open encrypted private keys; "
                "decrypt it with 'openssl pkey -in KEY -out PLAIN_KEY', or choose another backend"
            )
        lacks: list[Lack] = []
        if settings.ping_interval:
            text = "Granian sends no WebSocket pings, and TCP alone tells of a client that vanishes"
            lacks.append(Lack("ping_interval", f"ping_interval={settings.ping_interval:g} is ignored: {text}"))
        text = "Granian waits for as long as a client takes to read what was sent to it"
        lacks.append(Lack("close_timeout", f"close_timeout={settings.close_timeout:g} is ignored: {text}"))
        if settings.compression:
            lacks.append(Lack("compression", "compression=True is ignored: Granian has no per-message deflate"))
        size = settings.max_message_size
        if size < LARGEST_MESSAGE:
            text = f"Granian collects up to {LARGEST_MESSAGE} bytes of an unfinished one"
            lacks.append(Lack("max_message_size", f"max_message_size={size} holds for whole messages only: {text}"))
        if size > LARGEST_FRAME:
            text = f"Granian refuses single frames above {LARGEST_FRAME} bytes"
            lacks.append(
                Lack("max_message_size", f"max_message_size={size} holds for fragmented messages only: {text}")
            )
        return lacks


def _is_news(record: logging.LogRecord) -> bool:
    return record.getMessage() != "Embedded server is experimental!"
