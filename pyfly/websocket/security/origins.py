"""Which pages may open sessions: those of the same origin, and those that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from pyfly.context.origins import canonical_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ANY_ORIGIN", "Origins"]

ANY_ORIGIN: Final = "*"
_PAGE_SCHEMES: Final = {"ws": "http", "wss": "https"}


@final
class Origins:
    """The origins whose pages may open sessions.

    A browser lets any page open a WebSocket to any server, and sends the server's cookies along; it only tells, in
    ``Origin``, whose page it was (RFC 6455, section 10.2). The page of the same scheme, host and port is always let in.

    Args:
        allowed: Further origins; ``*`` for any.
        missing: Whether to let in who names no origin, as only programs do that are no browsers.
    """

    __slots__ = ("_allowed", "_any", "_missing")

    def __init__(self, allowed: Iterable[str] = (), *, missing: bool = True) -> None:
        self._allowed = frozenset(allowed)
        self._any = ANY_ORIGIN in self._allowed
        self._missing = missing

    def admit(self, scope: Mapping[str, Any]) -> bool:
        """Tell whether a handshake comes from a page that may open sessions.

        Args:
            scope: The ASGI scope, with the scheme and the ``Host`` that the client used.
        """
        for name, _ in scope["headers"]:
            if name == b"origin":
                return self._any or self._is_let_in(scope)
        return self._missing

    def _is_let_in(self, scope: Mapping[str, Any]) -> bool:
        origins: list[bytes] = []
        hosts: list[bytes] = []
        for name, value in scope["headers"]:
            if name == b"origin":
                origins.append(value)
            elif name == b"host":
                hosts.append(value)
        if len(origins) > 1:
            return False
        origin = origins[0].decode("latin-1")
        if origin == "null":  # what sandboxed frames and local files have in common
            return origin in self._allowed
        page = canonical_origin(origin)
        if page is None:
            return False
        return page in self._allowed or (len(hosts) == 1 and page == _own_origin(scope, hosts[0]))


def _own_origin(scope: Mapping[str, Any], host: bytes) -> str | None:
    scheme = scope.get("scheme", "ws")
    return canonical_origin(f"{_PAGE_SCHEMES.get(scheme, scheme)}://{host.decode('latin-1')}")
