"""Granian."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, final

from pyfly.errors import MissingExtraError
from pyfly.server.websocket_guard import WebSocketGuard

try:
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels
    from granian.server.embed import Server
except ImportError:
    raise MissingExtraError("granian", extra="granian", purpose="backend='granian'") from None

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp, Listener
    from pyfly.server.settings import ServerSettings

__all__ = ["GranianAdapter"]


KEEP_LOGGING: dict[str, Any] = {"version": 1, "incremental": True, "formatters": {}, "handlers": {}, "loggers": {}}
"""Granian configures logging whenever a server is made; this leaves it as it is."""


@final
class GranianAdapter:
    """Serves with Granian."""

    __slots__ = ()

    name = "granian"
    binds = True

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: asyncio.Event
    ) -> None:
        """Serve until `stopping` is set; see `ServerAdapter.serve`."""
        guard = WebSocketGuard(application, max_message_size=settings.max_message_size, answers_lost_frames=True)
        server = self._configure(guard, listener, settings)

        async def stop() -> None:
            await stopping.wait()
            await guard.stop()
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
        password = settings.ssl_keyfile_password
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
            ssl_key_password=None if password is None else password.get_secret_value(),
            ssl_protocol_min=SSLProtocols.tls12,
        )

    def missing(self, settings: ServerSettings) -> list[str]:
        """Say what Granian lacks of what was asked for."""
        return []


def _is_news(record: logging.LogRecord) -> bool:
    return record.getMessage() != "Embedded server is experimental!"
