"""What can be set about an application."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

__all__ = ["Settings"]

_BACKPLANE_SCHEMES = ("redis", "rediss", "unix")


class Settings(BaseModel):
    """Settings of the framework itself; subclass it to add an application's own.

    Without settings of its own, a context reads these from the environment (``PYFLY_DEBUG=1``) and from ``.env``.

    Attributes:
        debug: Whether answers to failed requests may show what failed, to developers.
        docs: Whether the page that documents the API is served; None serves it where `debug` is on.
        docs_path: Where that page is served; its documents and assets are below it.
        sse_keep_alive: Seconds of silence after which an event stream sends a comment, so that proxies keep it open.
        backplane_url: Where the processes of an application meet, such as ``redis://127.0.0.1:6379/0``; without it each
            has its rooms for itself. Secret, as it may hold a password.
        backplane_prefix: What all names there begin with; applications that share a server need different ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    debug: bool = False
    docs: bool | None = None
    docs_path: str = "/docs"
    sse_keep_alive: float = Field(default=15.0, gt=0, allow_inf_nan=False)
    backplane_url: SecretStr | None = None
    backplane_prefix: str = Field(default="pyfly", min_length=1)

    @property
    def serves_docs(self) -> bool:
        """Whether the page that documents the API is served."""
        return self.debug if self.docs is None else self.docs

    @field_validator("docs_path")
    @classmethod
    def _check_docs_path(cls, value: str) -> str:
        if value.endswith("/") and value != "/":
            raise ValueError(f"Input should be a path without a slash at its end, such as '{value.rstrip('/')}'")
        if not re.fullmatch(r"(/[\w~-][\w.~-]*)+", value, re.ASCII):
            raise ValueError("Input should be a path without variables, such as '/docs'")
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
        return value
