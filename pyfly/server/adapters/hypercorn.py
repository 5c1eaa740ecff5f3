"""Hypercorn."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.errors import MissingExtraError
from pyfly.server.websocket_guard import WebSocketGuard

try:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
except ImportError:
    raise MissingExtraError("hypercorn", extra="hypercorn", purpose="backend='hypercorn'") from None

if TYPE_CHECKING:
    import asyncio

    from pyfly.server.ports import ASGIApp, Listener, Receive, Scope, Send
    from pyfly.server.settings import ServerSettings

__all__ = ["HypercornAdapter"]


@final
class HypercornAdapter:
    """Serves with Hypercorn."""

    __slots__ = ()

    name = "hypercorn"
    binds = False

    async def serve(
        self, application: ASGIApp, listener: Listener, settings: ServerSettings, *, stopping: asyncio.Event
    ) -> None:
        """Serve until `stopping` is set; see `ServerAdapter.serve`."""
        guard = WebSocketGuard(application, max_message_size=settings.max_message_size)

        async def stop() -> None:
            await stopping.wait()
            await guard.stop()

        config = self._configure(listener, settings)
        await serve(cast("Any", _without_lifespan(guard)), config, shutdown_trigger=stop, mode="asgi")

    @staticmethod
    def _configure(listener: Listener, settings: ServerSettings) -> Config:
        assert listener.socket is not None
        config = Config()
        # Hypercorn closes what it is given, and the socket is not its own.
        config.bind = [f"fd://{listener.socket.dup().detach()}"]
        config.backlog = settings.backlog
        config.graceful_timeout = settings.graceful_timeout
        config.websocket_max_message_size = settings.max_message_size
        config.websocket_ping_interval = settings.ping_interval or None
        config.loglevel = settings.log_level
        config.errorlog = logging.getLogger("hypercorn.error")
        config.accesslog = logging.getLogger("hypercorn.access") if settings.access_log else None
        if settings.ssl_certfile is not None:
            password = settings.ssl_keyfile_password
            config.certfile = str(settings.ssl_certfile)
            config.keyfile = str(settings.ssl_keyfile)
            config.keyfile_password = None if password is None else password.get_secret_value()
        return config

    def missing(self, settings: ServerSettings) -> list[str]:
        """Say what Hypercorn lacks of what was asked for."""
        asked = settings.model_fields_set
        lacks: list[str] = []
        if "ping_timeout" in asked and settings.ping_timeout:
            lacks.append("ping_timeout is ignored: Hypercorn sends pings but does not look for the answers")
        return lacks


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
