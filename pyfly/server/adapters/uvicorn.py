"""uvicorn, the default; it can do all that `ServerSettings` can ask for.

| setting            | what comes of it                                                                       |
|--------------------|----------------------------------------------------------------------------------------|
| `max_message_size` | uvicorn's own limit, in bytes; told from the header of a frame                         |
| `ping_interval`    | uvicorn pings; a client that does not answer in `ping_timeout` is closed with 1011     |
| `close_timeout`    | the connection is cut                                                                  |
| `compression`      | per-message deflate, when asked for                                                    |
| `ws`               | who reads and writes frames, from the acceptance of a handshake on                     |

What happens to a WebSocket at its end; only a stop that outlasts the graceful timeout cancels the handler.

| ending                          | the client sees                 | `receive()` gives a disconnect with           |
|---------------------------------|---------------------------------|-----------------------------------------------|
| the server stops, while open    | 1001 or 1012                    | the same at once, 1006 if asked again         |
| the server stops, before accept | HTTP 503                        | 1001 or 1012                                  |
| message too big                 | 1009                            | 1009 and the reason                           |
| client closes                   | its own code                    | the client's code and reason, 1005 if none    |
| client vanishes                 | nothing                         | 1006                                          |
| client half-closes the TCP      | nothing                         | 1006                                          |
| client does not answer pings    | 1011                            | 1006                                          |
| client breaks the protocol      | 1002 or 1007                    | 1002 or 1007, and what was wrong              |
| handler returns without closing | 1006, as no close frame is sent | -                                             |

Sending to a client that has gone, or after the close, raises an `OSError` (uvicorn's `ClientDisconnected`). Messages go
straight to the socket's buffer; `send` waits while that is above its high mark. uvicorn reads on when all that came has
been received; a pong that does not come meanwhile is not counted as missing, as long as the client takes what is sent
to it. A client that takes nothing is not sent the 1011: its connection is cut. A handshake whose request line or one
of whose header lines is longer than 8 KiB is answered with 414 or 431.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import math
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.errors import MissingExtraError

try:
    import uvicorn
except ImportError:
    raise MissingExtraError("uvicorn", extra="standard", purpose="backend='uvicorn'") from None
if importlib.util.find_spec("websockets") is None:
    raise MissingExtraError("websockets", extra="standard", purpose="backend='uvicorn'")

from pyfly.server.adapters.uvicorn_protocols import choose_protocol
from pyfly.server.adapters.uvicorn_websocket import Config

if TYPE_CHECKING:
    from collections.abc import Generator

    from pyfly.server.ports import ASGIApp, Lack, Listener, Stopping
    from pyfly.server.settings import ServerSettings

__all__ = ["UvicornAdapter"]

LATER_SECONDS = 3
"""How much later than pyfly uvicorn would cancel what is left; it would log an error for each."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers; pyfly has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@final
class UvicornAdapter:
    """Serves with uvicorn."""

    __slots__ = ()

    name = "uvicorn"
    binds = False

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: Stopping
    ) -> None:
        """Serve until `stopping` begins; see `ServerAdapter.serve`."""
        assert listener.socket is not None
        password = settings.ssl_keyfile_password
        config = Config(
            stopping,
            cast("Any", application),
            loop="none",
            lifespan="off",
            interface="asgi3",
            # httptools, which uvicorn would choose where it is installed, knows no limit for headers.
            http="h11",
            ws=choose_protocol(settings),
            close_timeout=settings.close_timeout,
            ws_max_size=settings.max_message_size,
            ws_ping_interval=settings.ping_interval or None,
            ws_ping_timeout=settings.ping_timeout or None,
            ws_per_message_deflate=settings.compression,
            log_config=None,
            log_level=settings.log_level,
            access_log=settings.access_log,
            proxy_headers=False,
            workers=1,
            backlog=settings.backlog,
            timeout_graceful_shutdown=math.ceil(settings.graceful_timeout) + LATER_SECONDS,
            ssl_certfile=settings.ssl_certfile,
            ssl_keyfile=settings.ssl_keyfile,
            ssl_keyfile_password=None if password is None else password.get_secret_value(),
        )
        server = _Server(config)
        stop = asyncio.create_task(self._stop(server, stopping))
        log = logging.getLogger("uvicorn.error")
        unwanted = [_is_no_broken_text] if settings.access_log else [_is_no_broken_text, _is_no_handshake]
        for is_wanted in unwanted:
            log.addFilter(is_wanted)
        try:
            await server.serve([listener.socket])
        finally:
            for is_wanted in unwanted:
                log.removeFilter(is_wanted)
            stop.cancel()

    @staticmethod
    async def _stop(server: uvicorn.Server, stopping: Stopping) -> None:
        await stopping.wait()
        server.should_exit = True

    def check(self, settings: ServerSettings) -> list[Lack]:
        """Return nothing: uvicorn can do all that can be asked for."""
        choose_protocol(settings)
        return []


def _is_no_handshake(record: logging.LogRecord) -> bool:
    """Pass over the lines of handshakes, with their paths and queries: uvicorn does not count them as access log."""
    return not (isinstance(record.msg, str) and '"WebSocket %s"' in record.msg)


def _is_no_broken_text(record: logging.LogRecord) -> bool:
    """Pass over what any client can have logged, with a traceback: it is told by the close code 1007."""
    return record.msg != "Invalid UTF-8 sequence received from client."
