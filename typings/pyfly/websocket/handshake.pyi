# Generated from pyfly/websocket/handshake.py; edit that, then run: python -m tools.stubs
"""What a client told when it asked for a session."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pyfly.web.ports import MultiMapping
from pyfly.websocket.security.denials import DenialReason

__all__ = ["Handshake"]

class Handshake:
    """The client's request for a session, and what handlers keep beside it.

    Attributes:
        denied_for: Why it was denied, in one word; None where only `denied_with` tells of it.
        denied_with: The HTTP status that denied it; None where it was not denied.
        challenge: The ``WWW-Authenticate`` of a 401 (RFC 9110, section 11.6.1).
        path_template: The full path template of the handler that serves the session; empty where none does.
    """

    denied_for: DenialReason | None
    denied_with: int | None
    path_template: str
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
        """The subprotocols the client offers, in its order of preference (RFC 6455, section 1.9).

        What no subprotocol can be called is left out.
        """
    @property
    def attributes(self) -> dict[str, Any]:
        """Whatever handlers and services want to keep with this session."""
    @property
    def user(self) -> Any:
        """Who the client is, or None: what was set here, else what Starlette's ``AuthenticationMiddleware`` found."""
    @user.setter
    def user(self, user: Any) -> None: ...
    @property
    def authenticated(self) -> bool:
        """Whether the client is somebody: there is a `user`, whose ``is_authenticated``, if it has that, is true."""
    @property
    def scopes(self) -> frozenset[str]:
        """What the client may do: what was set here, or else the scopes that the middleware has granted."""
    @scopes.setter
    def scopes(self, scopes: Iterable[str]) -> None: ...
    @property
    def expires_at(self) -> datetime | None:
        """When what proves the client's identity runs out; None for never.

        The session is closed with 3000 then; one that is not accepted yet is denied with 401.

        Raises:
            ValueError: On writing, if the time has no time zone.
        """
    @expires_at.setter
    def expires_at(self, at: datetime | None) -> None: ...
    @property
    def has_expired(self) -> bool:
        """Whether `expires_at` has passed."""
