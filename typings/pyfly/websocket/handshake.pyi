# Generated from pyfly/websocket/handshake.py; edit that, then run: python -m tools.stubs
"""What a client told when it asked for a session."""

from collections.abc import Mapping
from typing import Any

from pyfly.web.ports import ConnectionData, MultiMapping

__all__ = ["Handshake"]

class Handshake:
    """The client's request for a session, and what handlers keep beside it.

    Attributes:
        path_template: The full path template of the handler that serves the session; empty where none does.
    """

    path_template: str
    def __init__(self, connection: ConnectionData) -> None: ...
    @property
    def id(self) -> str:
        """A random identifier of this session, 128 bits in 22 URL-safe characters."""
    @property
    def path_params(self) -> dict[str, Any]:
        """Path variables of the URL, converted where the template names a converter."""
    @property
    def query_params(self) -> MultiMapping:
        """Query parameters of the URL; ``getlist`` gives repeated ones."""
    @property
    def headers(self) -> MultiMapping:
        """Request headers of the handshake, by name in any case."""
    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies of the handshake."""
    @property
    def client(self) -> tuple[str, int] | None:
        """Address and port of the client, or None when the server does not tell."""
    @property
    def subprotocols(self) -> tuple[str, ...]:
        """The subprotocols the client offers, in its order of preference (RFC 6455, section 1.9)."""
    @property
    def attributes(self) -> dict[str, Any]:
        """Whatever handlers and services want to keep with this session."""
