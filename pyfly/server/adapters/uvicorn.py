"""uvicorn, the default."""

from __future__ import annotations

import asyncio
import contextlib
import math
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.errors import MissingExtraError

try:
    import uvicorn
except ImportError:
    raise MissingExtraError("uvicorn", extra="standard", purpose="backend='uvicorn'") from None

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.server.ports import ASGIApp, Listener
    from pyfly.server.settings import ServerSettings

__all__ = ["UvicornAdapter"]


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers; pyfly has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@final
class UvicornAdapter:
    """Serves with uvicorn."""

    __slots__ = ()

    name = "uvicorn"
    binds = False

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: asyncio.Event
    ) -> None:
        """Serve until `stopping` is set; see `ServerAdapter.serve`."""
        password = settings.ssl_keyfile_password
        config = uvicorn.Config(
            cast("Any", application),
            loop="none",
            lifespan="off",
            interface="asgi3",
            ws="websockets-sansio",
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
            timeout_graceful_shutdown=math.ceil(settings.graceful_timeout) + 2,
            ssl_certfile=settings.ssl_certfile,
            ssl_keyfile=settings.ssl_keyfile,
            ssl_keyfile_password=None if password is None else password.get_secret_value(),
        )
        server = _Server(config)
        stop = asyncio.create_task(self._stop(server, stopping))
        try:
            await server.serve(None if listener.socket is None else [listener.socket])
        finally:
            stop.cancel()

    @staticmethod
    async def _stop(server: uvicorn.Server, stopping: asyncio.Event) -> None:
        await stopping.wait()
        server.should_exit = True

    def missing(self, settings: ServerSettings) -> list[str]:
        """Return nothing: uvicorn can do all that can be asked for."""
        return []
