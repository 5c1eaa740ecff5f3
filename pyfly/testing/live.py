"""Connections to handlers of a server that runs elsewhere."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, final
from urllib.parse import urlsplit, urlunsplit

from pyfly.errors import MissingExtraError
from pyfly.testing.addresses import request_at, request_for
from pyfly.testing.endpoints import ServedHandler, choose, controllers_in, label
from pyfly.testing.errors import EndpointError
from pyfly.testing.messages import Call
from pyfly.websocket.messages import UNTYPED, codec_for
from pyfly.websocket.signatures import plan_handler

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pyfly.testing.messages import Options
    from pyfly.testing.ports import Transport

__all__ = ["LiveDialer"]


@final
class LiveDialer:
    """Opens connections to one handler, or one URL, of a server.

    Args:
        url: The URL; with a handler, the one that its path follows.
        handler: The handler as its class has it; None for the URL as it is.
        args: The handler's arguments after the session, by position.
        kwargs: The same, by name.
    """

    __slots__ = ("_args", "_handler", "_kwargs", "_url")

    def __init__(self, url: str, handler: object = None, args: tuple[Any, ...] = (), kwargs: Any = None) -> None:
        self._url = url
        self._handler = handler
        self._args = args
        self._kwargs: dict[str, Any] = kwargs or {}

    def prepare(self, options: Options) -> Call:
        """Return the connection to open.

        Raises:
            EndpointError: It is no WebSocket URL, or no controller has the handler.
            ArgumentError: The arguments make no handshake.
        """
        parts = urlsplit(self._url)
        if parts.scheme not in ("ws", "wss") or not parts.netloc:
            raise EndpointError(f"{self._url!r} is no WebSocket URL", 'write "ws://127.0.0.1:8000" or "wss://..."')
        origin = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        if self._handler is None:
            address = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            request = request_at(address, options)
            return Call(label=f"{origin}{request.path}", request=request, codec=UNTYPED, receives=Any, origin=origin)
        declared = [ServedHandler(endpoint, (), None) for endpoint in controllers_in(options.registry)]
        served = choose(declared, self._handler, options.controller)
        if served is None:
            raise EndpointError(
                f"no controller has {label(self._handler)}",
                "map it with @websocket_mapping, or give the whole URL alone",
            )
        endpoint = served.endpoint
        plan = plan_handler(endpoint)
        request = request_for(endpoint, plan, (self._args, self._kwargs), options, mounts=(parts.path.rstrip("/"),))
        return Call(
            label=endpoint.qualified_name,
            request=request,
            codec=codec_for(plan.outgoing, plan.incoming, frames=endpoint.mapping.frames),
            receives=plan.outgoing,
            origin=origin,
        )

    @asynccontextmanager
    async def open(self, call: Call, options: Options) -> AsyncGenerator[Transport]:
        """Open a connection.

        Raises:
            MissingExtraError: The package websockets is not installed.
        """
        try:
            from pyfly.testing.adapters.websockets import live_transport
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] != "websockets":
                raise
            raise MissingExtraError("websockets", extra="testing", purpose="connect_url()") from None
        async with live_transport(call, seconds=options.timeout) as transport:
            yield transport
