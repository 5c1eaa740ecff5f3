"""What a user can say about how an application is served."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

__all__ = ["Backend", "LogLevel", "LoopName", "ServerSettings", "WebSocketLibrary"]

Backend: TypeAlias = Literal["uvicorn", "granian", "hypercorn"]
LoopName: TypeAlias = Literal["auto", "uvloop", "winloop", "asyncio"]
WebSocketLibrary: TypeAlias = Literal["auto", "websockets", "picows"]
LogLevel: TypeAlias = Literal["critical", "error", "warning", "info", "debug"]

Seconds: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ServerSettings(BaseModel):
    """How an application is served; frozen, and checked as a whole.

    Attributes:
        host: Name or address to listen on.
        port: Port to listen on; 0 takes a free one.
        workers: Number of processes.
        reload: Whether to start anew when a Python file changes.
        reload_dirs: Directories to watch; the working directory when empty.
        ssl_certfile: Certificate chain in PEM form; serves TLS together with `ssl_keyfile`.
        ssl_keyfile: Private key in PEM form.
        ssl_keyfile_password: What opens the private key.
        loop: Event loop; `auto` takes winloop on Windows and uvloop elsewhere, and asyncio's own when that is missing.
        backend: The server that speaks HTTP and WebSocket.
        ws: What reads and writes WebSocket frames for uvicorn; `auto` takes picows where it is installed, unless
            compression is asked for, which it has not, and else websockets.
        ping_interval: Seconds between WebSocket pings; 0 for none.
        ping_timeout: Seconds a client may take to answer a ping before its connection is dropped; 0 for ever.
        close_timeout: Seconds that a WebSocket connection may take to end once it is being closed, with all that is
            still to be sent; then it is cut.
        max_message_size: Largest WebSocket message in bytes that is taken from a client; larger ones end with 1009.
        compression: Whether to agree to per-message deflate (RFC 7692) when a client offers it.
        proxy_headers: Whether to believe `X-Forwarded-For`, `-Proto` and `-Host` of trusted proxies.
        forwarded_allow_ips: Addresses and networks of trusted proxies, comma separated; `*` trusts everybody.
        root_path: Path prefix a proxy strips before it passes requests on (ASGI's `root_path`).
        graceful_timeout: Seconds that handlers get at shutdown before they are cancelled.
        drain_batch: Sessions that are closed at once at shutdown; more where the graceful timeout asks for it.
        drain_pause: Seconds between two such batches, so that not all clients come back in the same moment.
        backlog: Connections the operating system keeps waiting.
        log_level: Least level of what pyfly and the server log.
        access_log: Whether each request is logged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1)
    reload: bool = False
    reload_dirs: tuple[Path, ...] = ()
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    ssl_keyfile_password: SecretStr | None = None
    loop: LoopName = "auto"
    backend: Backend = "uvicorn"
    ws: WebSocketLibrary = "auto"
    ping_interval: Seconds = 20.0
    ping_timeout: Seconds = 20.0
    close_timeout: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    max_message_size: int = Field(default=64 * 1024, ge=1)
    compression: bool = False
    proxy_headers: bool = False
    forwarded_allow_ips: str = "127.0.0.1,::1"
    root_path: str = ""
    graceful_timeout: Seconds = 5.0
    drain_batch: int = Field(default=100, ge=1)
    drain_pause: Seconds = 0.1
    backlog: int = Field(default=2048, ge=1)
    log_level: LogLevel = "info"
    access_log: bool = True

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _check_addresses(cls, value: str) -> str:
        for entry in value.split(","):
            if entry.strip() != "*":
                try:
                    ip_network(entry.strip(), strict=False)
                except ValueError:
                    raise ValueError(f"{entry.strip()!r} is neither an IP address, nor a network, nor '*'") from None
        return value

    @field_validator("root_path")
    @classmethod
    def _check_root_path(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not value.startswith("/"):
            raise ValueError(f"expected a path that starts with '/', got {value!r}; write {'/' + value!r}")
        return value

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        if self.ssl_certfile is not None and self.ssl_keyfile is None:
            raise ValueError("ssl_certfile is set without ssl_keyfile; TLS needs both")
        if self.ssl_keyfile is not None and self.ssl_certfile is None:
            raise ValueError("ssl_keyfile is set without ssl_certfile; TLS needs both")
        if self.ssl_keyfile_password is not None and self.ssl_keyfile is None:
            raise ValueError("ssl_keyfile_password is set without ssl_keyfile; there is no key to open")
        if self.ws != "auto" and self.backend != "uvicorn":
            raise ValueError(f"ws={self.ws!r} is set together with backend={self.backend!r}; it is uvicorn's, drop one")
        if self.ws == "picows" and self.compression:
            raise ValueError("compression is set together with ws='picows', which does not compress; drop one")
        if self.reload and self.workers > 1:
            raise ValueError(f"reload is set together with workers={self.workers}; reload runs one process, drop one")
        if self.reload_dirs and not self.reload:
            raise ValueError("reload_dirs is set without reload; set reload=True to watch them")
        return self

    @property
    def tls(self) -> bool:
        """Whether connections are encrypted."""
        return self.ssl_certfile is not None

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings from the environment (`PYFLY_SERVER_*`) and from `.env`.

        Args:
            overrides: Settings that are given; they win over the environment, which wins over `.env`.

        Returns:
            The settings.

        Raises:
            MissingExtraError: pydantic-settings is not installed.
            pydantic.ValidationError: A value does not fit.
        """
        from pyfly.context.adapters.environment import load_settings

        return load_settings(cls, prefix="PYFLY_SERVER_", **overrides)
