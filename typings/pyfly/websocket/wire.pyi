# Generated from pyfly/websocket/wire.py; edit that, then run: python -m tools.stubs
"""Connections that stand in front of another one."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from pyfly.web.ports import MultiMapping
from pyfly.websocket.ports import Connection, Message

__all__ = ["WireConnection"]

class WireConnection:
    """Another connection, whose messages a subclass sees on their way.

    Args:
        connection: The connection itself.
    """
    def __init__(self, connection: Connection) -> None: ...
    async def receive(self) -> Message:
        """Return the next ASGI message; waits for it."""
    async def send(self, message: Message, /) -> None:
        """Send an ASGI message; waits for as long as the server pushes back."""
    @property
    def scope(self) -> MutableMapping[str, Any]:
        """The connection's ASGI scope."""
    @property
    def path_params(self) -> Mapping[str, Any]:
        """Path variables."""
    @property
    def query_params(self) -> MultiMapping:
        """Query parameters."""
    @property
    def headers(self) -> MultiMapping:
        """Request headers."""
    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies."""
