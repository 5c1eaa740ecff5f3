"""Believes what trusted proxies say about their clients, the same way under every server."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp, Receive, Scope, Send

__all__ = ["ProxyHeaders"]


@final
class ProxyHeaders:
    """ASGI middleware that puts the real client, scheme and host into the scope.

    `X-Forwarded-For` is read from its end: proxies append, so the first address that is no trusted proxy is the client.
    `X-Forwarded-Proto` says whether the client spoke TLS, and `X-Forwarded-Host` which `Host` it asked for; of several
    hosts, the last one counts, which the nearest proxy wrote. From peers that are not trusted, all are ignored.

    Args:
        application: What is told.
        trusted: Addresses and networks of proxies, comma separated; `*` trusts everybody.
    """

    __slots__ = ("_application", "_everybody", "_networks")

    def __init__(self, application: ASGIApp, trusted: str) -> None:
        entries = [entry.strip() for entry in trusted.split(",")]
        self._application = application
        self._everybody = "*" in entries
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(entry, strict=False) for entry in entries if entry != "*"
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Correct the scope of a connection that comes through a trusted proxy, and pass it on."""
        client = scope.get("client")
        if client is not None and self._trusts(client[0]):
            self._correct(scope)
        await self._application(scope, receive, send)

    def _correct(self, scope: Scope) -> None:
        forwarded_for: list[str] = []
        scheme = ""
        host = b""
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                forwarded_for += [entry.strip() for entry in value.decode("latin-1").split(",")]
            elif name == b"x-forwarded-proto":
                scheme = value.decode("latin-1").strip().lower()
            elif name == b"x-forwarded-host":
                host = value.rpartition(b",")[2].strip()
        if scheme in ("http", "https", "ws", "wss"):
            secure = scheme in ("https", "wss")
            plain = "ws" if scope["type"] == "websocket" else "http"
            scope["scheme"] = f"{plain}s" if secure else plain
        if host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host), *others]
        client = self._client_of(forwarded_for)
        if client is not None:
            scope["client"] = client

    def _client_of(self, forwarded_for: list[str]) -> tuple[str, int] | None:
        client: tuple[str, int] | None = None
        for entry in forwarded_for[:1] if self._everybody else reversed(forwarded_for):
            address = _split_port(entry)
            if address is None:
                return client
            client = address
            if not self._trusts(address[0]):
                return client
        return client

    def _trusts(self, host: str) -> bool:
        if self._everybody:
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def _split_port(entry: str) -> tuple[str, int] | None:
    """Read `1.2.3.4`, `1.2.3.4:56`, `::1`, `[::1]` or `[::1]:56`; None for anything else."""
    host, port = entry, ""
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        port = port.removeprefix(":")
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    try:
        return str(ip_address(host)), int(port) if port.isascii() and port.isdigit() else 0
    except ValueError:
        return None
