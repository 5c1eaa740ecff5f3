"""What a client told when it asked for a session."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, final

from pyfly.web.security.identity import is_authenticated, scopes_of
from pyfly.websocket.headers import is_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping

    from pyfly.web.ports import MultiMapping
    from pyfly.websocket.security.denials import DenialReason

__all__ = ["Handshake"]


@final
class _Identity:
    """What is known of the client beyond what the connection tells."""

    __slots__ = ("expires_at", "scopes", "user")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.user: Any = scope.get("user")
        self.scopes = scopes_of(scope)
        self.expires_at: datetime | None = None


class Handshake:
    """The client's request for a session, and what handlers keep beside it.

    Attributes:
        denied_for: Why it was denied, in one word; None where only `denied_with` tells of it.
        denied_with: The HTTP status that denied it; None where it was not denied.
        challenge: The ``WWW-Authenticate`` of a 401 (RFC 9110, section 11.6.1).
        path_template: The full path template of the handler that serves the session; empty where none does.
    """

    __slots__ = (
        "_attributes",
        "_given",
        "_id",
        "_identity",
        "_scope",
        "challenge",
        "denied_for",
        "denied_with",
        "path_template",
    )
    _internal: ClassVar[tuple[str, ...]] = ("challenge",)
    """What only pyfly calls: stubs leave it out, so that editors do not offer it."""

    _attributes: dict[str, Any] | None
    _given: Any
    _id: str | None
    _identity: _Identity | None
    _scope: MutableMapping[str, Any]
    """The ASGI scope; empty for connections that have none."""
    challenge: str
    denied_for: DenialReason | None
    denied_with: int | None
    path_template: str

    @property
    def _connection(self) -> Any:
        """What the session was made with; an adapter may make it when it is first asked for, as few sessions ask."""
        return self._given

    @property
    def id(self) -> str:
        """A random identifier of this session, 128 bits in 22 URL-safe characters."""
        if self._id is None:
            self._id = secrets.token_urlsafe(16)
        return self._id

    @property
    def path_params(self) -> dict[str, Any]:
        """Path variables of the URL, converted where the template names a converter."""
        known: dict[str, Any] | None = self._scope.get("path_params")  # as most often
        path_params: dict[str, Any] = self._connection.path_params if known is None else known
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
        """The subprotocols the client offers, in its order of preference (RFC 6455, section 1.9).

        What no subprotocol can be called is left out.
        """
        offered: Iterable[str] = self._scope.get("subprotocols") or ()
        return tuple(name for name in offered if is_token(name))

    @property
    def attributes(self) -> dict[str, Any]:
        """Whatever handlers and services want to keep with this session."""
        if self._attributes is None:
            self._attributes = {}
        return self._attributes

    @property
    def user(self) -> Any:
        """Who the client is, or None: what was set here, else what Starlette's ``AuthenticationMiddleware`` found."""
        return self._scope.get("user") if self._identity is None else self._identity.user

    @user.setter
    def user(self, user: Any) -> None:
        self._own_identity().user = user

    @property
    def authenticated(self) -> bool:
        """Whether the client is somebody: there is a `user`, whose ``is_authenticated``, if it has that, is true."""
        return is_authenticated(self.user)

    @property
    def scopes(self) -> frozenset[str]:
        """What the client may do: what was set here, or else the scopes that the middleware has granted."""
        return scopes_of(self._scope) if self._identity is None else self._identity.scopes

    @scopes.setter
    def scopes(self, scopes: Iterable[str]) -> None:
        self._own_identity().scopes = frozenset(scopes)

    @property
    def expires_at(self) -> datetime | None:
        """When what proves the client's identity runs out; None for never.

        The session is closed with 3000 then; one that is not accepted yet is denied with 401.

        Raises:
            ValueError: On writing, if the time has no time zone.
        """
        return None if self._identity is None else self._identity.expires_at

    @expires_at.setter
    def expires_at(self, at: datetime | None) -> None:
        if at is not None and at.tzinfo is None:
            raise ValueError("expires_at: the time has no time zone; write datetime.fromtimestamp(seconds, UTC)")
        self._own_identity().expires_at = at
        if at is not None:
            self._expire(at)

    @property
    def has_expired(self) -> bool:
        """Whether `expires_at` has passed."""
        at = self.expires_at
        return at is not None and at <= datetime.now(UTC)

    def _expire(self, at: datetime) -> None:
        """See to it that the session ends by the clock."""

    def _own_identity(self) -> _Identity:
        if self._identity is None:
            self._identity = _Identity(self._scope)
        return self._identity
