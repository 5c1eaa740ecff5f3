"""Response headers of a handshake, checked before a server sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

__all__ = ["encoded_headers", "is_token"]

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NOT_IN_VALUE: Final = re.compile(r"[^\t\x20-\x7e\x80-\xff]")
_SERVER_S_OWN: Final = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})


def is_token(text: str) -> bool:
    """Tell whether a text is a token (RFC 9110, section 5.6.2), as names of headers and subprotocols are."""
    return _TOKEN.fullmatch(text) is not None


def encoded_headers(headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI has them.

    Raises:
        TypeError: A name or a value is no text.
        ValueError: A name is no token or belongs to the server, or a value holds what no header may (RFC 9110, sections
            5.1 and 5.5).
    """
    if not headers:  # most often; to tell a mapping from pairs takes longer than all else here
        return []
    pairs = cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers
    return [(_header_name(name), _header_value(name, value)) for name, value in pairs]


def _header_name(name: str) -> bytes:
    _check_text(name)
    if not _TOKEN.fullmatch(name):
        raise ValueError("a header's name is none; use letters, digits and hyphens")
    lower = name.lower()
    if lower in _SERVER_S_OWN or lower.startswith("sec-websocket-"):
        raise ValueError(f"the header {name!r} is the server's own; leave it away")
    return lower.encode()


def _header_value(name: str, value: str) -> bytes:
    _check_text(value)
    if _NOT_IN_VALUE.search(value):
        raise ValueError(f"the value of header {name!r} has a line break, a control or a non-latin-1 character")
    return value.strip(" \t").encode("latin-1")


def _check_text(part: object) -> None:
    if not isinstance(part, str):
        raise TypeError(f"headers are pairs of str, got {type(part).__name__}; leave the encoding to the session")
