"""What a client told when it asked for a session."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfly.web.ports import ConnectionData, MultiMapping

__all__ = ["Handshake"]


class Handshake:
    """The client's request for a session, and what handlers keep beside it.

    Attributes:
        path_template: The full path template of the handler that serves the session; empty where none does.
    """

    __slots__ = ("_attributes", "_connection", "_id", "path_template")

    def __init__(self, connection: ConnectionData) -> None:
        self._connection: Any = connection
        self.path_template: str = ""
        self._attributes: dict[str, Any] | None = None
        self._id: str | None = None

    @property
    def id(self) -> str:
        """A random identifier of this session, 128 bits in 22 URL-safe characters."""
        if self._id is None:
            self._id = secrets.token_urlsafe(16)
        return self._id

    @property
    def path_params(self) -> dict[str, Any]:
        """Path variables of the URL, converted where the template names a converter."""
        path_params: dict[str, Any] = self._connection.path_params
        return path_params

    @property
    def query_params(self) -> MultiMapping:
        """Query parameters of the URL; ``getlist`` gives repeated ones."""
        query_params: MultiMapping = self._connection.query_params
        return query_params

    @property
    def headers(self) -> MultiMapping:
        """Request headers of the handshake, by name in any case."""
        headers: MultiMapping = self._connection.headers
        return headers

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies of the handshake."""
        cookies: Mapping[str, str] = self._connection.cookies
        return cookies

    @property
    def client(self) -> tuple[str, int] | None:
        """Address and port of the client, or None when the server does not tell."""
        address = self._scope.get("client")
        return None if address is None else (address[0], address[1])

    @property
    def subprotocols(self) -> tuple[str, ...]:
        """The subprotocols the client offers, in its order of preference (RFC 6455, section 1.9)."""
        return tuple(self._scope.get("subprotocols") or ())

    @property
    def attributes(self) -> dict[str, Any]:
        """Whatever handlers and services want to keep with this session."""
        if self._attributes is None:
            self._attributes = {}
        return self._attributes

    @property
    def _scope(self) -> Mapping[str, Any]:
        """The ASGI scope; empty for connections that have none."""
        scope = getattr(self._connection, "scope", None)
        return cast("dict[str, Any]", scope) if isinstance(scope, dict) else {}
