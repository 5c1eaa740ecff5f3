"""Hypercorn's connections, each of which it would wait for until the client has read everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, final
from weakref import WeakSet

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.protocol.h11 import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from pyfly.server.ports import ASGIApp, Receive, Scope, Send

__all__ = ["Connections", "transport_of"]


@final
class Connections:
    """The open connections of a server: ASGI middleware that takes in each over which something comes.

    Args:
        application: What is served.
    """

    __slots__ = ("_application", "_servers")

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._servers: WeakSet[TCPServer] = WeakSet()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in the connection, and pass on what comes."""
        server = _server_of(getattr(send, "__self__", None))
        if server is not None:
            self._servers.add(server)
        await self._application(scope, receive, send)

    def abort(self) -> None:
        """Cut all of them: there is no time left."""
        for server in tuple(self._servers):
            server.writer.transport.abort()


def transport_of(stream: object) -> asyncio.WriteTransport | None:
    """Return what carries a stream and no other one, which is so with HTTP/1.1 alone."""
    server = _server_of(stream)
    return None if server is None else server.writer.transport


def _server_of(stream: object) -> TCPServer | None:
    protocol = getattr(getattr(stream, "send", None), "__self__", None)
    server = getattr(protocol.send, "__self__", None) if isinstance(protocol, H11Protocol) else None
    return server if isinstance(server, TCPServer) else None
