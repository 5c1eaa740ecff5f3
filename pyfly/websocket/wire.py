"""Connections that stand in front of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from pyfly.web.ports import MultiMapping
    from pyfly.websocket.ports import Connection, Message

__all__ = ["WireConnection"]


class WireConnection:
    """Another connection, whose messages a subclass sees on their way.

    Args:
        connection: The connection itself.
    """

    __slots__ = ("_connection", "_receive", "_send")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._receive = connection.receive
        self._send = connection.send

    async def receive(self) -> Message:
        """Return the next ASGI message; waits for it."""
        return await self._receive()

    async def send(self, message: Message, /) -> None:
        """Send an ASGI message; waits for as long as the server pushes back."""
        await self._send(message)

    @property
    def scope(self) -> MutableMapping[str, Any]:
        """The connection's ASGI scope."""
        return self._connection.scope

    @property
    def path_params(self) -> Mapping[str, Any]:
        """Path variables."""
        return self._connection.path_params

    @property
    def query_params(self) -> MultiMapping:
        """Query parameters."""
        return self._connection.query_params

    @property
    def headers(self) -> MultiMapping:
        """Request headers."""
        return self._connection.headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies."""
        return self._connection.cookies
