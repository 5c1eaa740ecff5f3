"""What can be set about an application."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from pyfly.context.origins import canonical_origin, origin_in_ascii

__all__ = ["Settings"]

_BACKPLANE_SCHEMES = ("redis", "rediss", "unix")


class Settings(BaseModel):
    """Settings of the framework itself; subclass it to add an application's own.

    Without settings of its own, a context reads these from the environment (``PYFLY_DEBUG=1``) and from ``.env``.

    Attributes:
        debug: Whether answers to failed requests may show what failed, to developers.
        docs: Whether the page that documents the API is served; None serves it where `debug` is on.
        docs_path: Where that page is served; its documents and assets are below it.
        metrics_path: Where metrics for Prometheus are served, such as ``/metrics``; None measures nothing.
        health_path: Where it is told whether the application lives and is ready for clients; None for nowhere.
        sse_keep_alive: Seconds of silence after which an event stream sends a comment, so that proxies keep it open.
        backplane_url: Where the processes of an application meet, such as ``redis://127.0.0.1:6379/0``; without it each
            has its rooms for itself. Secret, as it may hold a password.
        backplane_prefix: What all names there begin with; applications that share a server need different ones.
        allowed_origins: Origins whose pages may open WebSocket sessions, besides the page's own server: each as
            ``https://example.com``, or ``*`` for any.
        allow_missing_origin: Whether to let in who tells no origin, as only programs do that are no browsers.
        authentication_challenge: The ``WWW-Authenticate`` of a 401.
        max_sessions: Sessions of one process; 0 for any number, as with all limits below.
        max_sessions_per_address: Sessions of one address in one process, loopback not counted.
        max_sessions_per_user: Sessions of one user in one process.
        max_pending_handshakes: Handshakes of one process that wait for their handlers' ``accept``.
        accept_timeout: Seconds that a handshake may wait for it.
        disconnect_timeout: Seconds that a session's ``on_disconnect`` may take, and the listeners of its end.
        idle_timeout: Seconds in which a session may neither receive nor send.
        message_rate: Messages a second that a client may send in the long run.
        message_burst: Messages that it may send at once; twice the rate by default.
        outbox_messages: Messages that may wait for one client which does not keep up with what others send to it.
        outbox_size: How much of them may wait: bytes, and characters of text.
        outbox_seconds: Seconds that the first of them may wait.
        outbox_overflow: What happens when more would wait: the session is closed with 1013, the oldest or the newest
            message is dropped, or whoever publishes waits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    debug: bool = False
    docs: bool | None = None
    docs_path: str = "/docs"
    metrics_path: str | None = None
    health_path: str | None = None
    sse_keep_alive: float = Field(default=15.0, gt=0, allow_inf_nan=False)
    backplane_url: SecretStr | None = None
    backplane_prefix: str = Field(default="pyfly", min_length=1)
    allowed_origins: tuple[str, ...] = ()
    allow_missing_origin: bool = True
    authentication_challenge: str = "Bearer"
    max_sessions: int = Field(default=10_000, ge=0)
    max_sessions_per_address: int = Field(default=1000, ge=0)
    max_sessions_per_user: int = Field(default=100, ge=0)
    max_pending_handshakes: int = Field(default=2048, ge=0)
    accept_timeout: float = Field(default=10.0, ge=0, allow_inf_nan=False)
    disconnect_timeout: float = Field(default=10.0, ge=0, allow_inf_nan=False)
    idle_timeout: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    message_rate: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    message_burst: int = Field(default=0, ge=0)
    outbox_messages: int = Field(default=1024, ge=1)
    outbox_size: int = Field(default=512 * 1024, ge=1)
    outbox_seconds: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    outbox_overflow: Literal["close", "drop_oldest", "drop_newest", "block"] = "close"

    @property
    def serves_docs(self) -> bool:
        """Whether the page that documents the API is served."""
        return self.debug if self.docs is None else self.docs

    @field_validator("docs_path", "metrics_path", "health_path")
    @classmethod
    def _check_path(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        if value.endswith("/") and value != "/":
            raise ValueError(f"Input should be a path without a slash at its end, such as '{value.rstrip('/')}'")
        if not re.fullmatch(r"(/[\w~-][\w.~-]*)+", value, re.ASCII):
            example = f"/{str(info.field_name).removesuffix('_path')}"
            raise ValueError(f"Input should be a path without variables, such as '{example}'")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_origin(value) for value in values)

    @field_validator("authentication_challenge")
    @classmethod
    def _check_challenge(cls, value: str) -> str:
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+( [\x20-\x7e]*[\x21-\x7e])?", value):
            raise ValueError("expected a scheme, perhaps with parameters, such as 'Bearer realm=\"shop\"'")
        return value

    @field_validator("backplane_url")
    @classmethod
    def _check_backplane_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        scheme, separator, _ = value.get_secret_value().partition("://")
        if not separator or scheme not in _BACKPLANE_SCHEMES:
            known = ", ".join(f"{name}://" for name in _BACKPLANE_SCHEMES)
            raise ValueError(f"expected a URL that begins with one of {known}")
        parts = urlsplit(value.get_secret_value())
        try:
            port = parts.port
        except ValueError:
            port = 0
        if port == 0:
            raise ValueError("expected a port from 1 to 65535 in the URL")
        if scheme == "unix" and not parts.path:
            raise ValueError("expected the path of a socket: unix:///run/redis.sock")
        if scheme != "unix" and not re.fullmatch(r"/?[0-9]*/?", parts.path):
            raise ValueError("expected nothing but the number of a database behind the host: redis://127.0.0.1:6379/0")
        return value


def _checked_origin(value: str) -> str:
    if value in ("*", "null"):
        return value
    origin = canonical_origin(value.rstrip("/"))
    if not value.isascii():
        ascii_form = origin_in_ascii(value.rstrip("/"))
        mend = "write its host in the form 'xn--...'" if ascii_form is None else f"write {ascii_form!r}"
        raise ValueError(f"expected an origin in ASCII, as browsers send it; {mend}")
    if origin is None:
        raise ValueError("expected an origin such as 'https://example.com' or 'http://localhost:3000', or '*'")
    scheme, _, host = origin.partition("://")
    if scheme in ("ws", "wss"):
        page = f"{scheme.replace('ws', 'http')}://{host}"
        raise ValueError(f"expected the origin of a page, which begins with http:// or https://; write {page!r}")
    return origin
