"""Origins of web pages (RFC 6454), in the one form in which they can be compared."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final

__all__ = ["canonical_origin", "origin_in_ascii"]

_ORIGIN: Final = re.compile(
    r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()+,;=%-]+)(?::([0-9]{0,5}))?", re.ASCII
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def canonical_origin(text: str) -> str | None:
    """Return an origin in lower case, without the default port of its scheme and with IPv6 in its shortest form.

    Args:
        text: ``scheme://host`` or ``scheme://host:port``, as browsers write it in the ``Origin`` header.

    Returns:
        The origin, or None when the text is none: it has a path, a user, or a port that there is not.
    """
    match = _ORIGIN.fullmatch(text.lower()) if text.isascii() else None
    if match is None:
        return None
    scheme, host, port = match.groups()
    if host.startswith("["):
        try:
            host = f"[{IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            return None
    number = int(port) if port else _DEFAULT_PORTS.get(scheme)
    if number is not None and number > 65535:
        return None
    if number is None or number == _DEFAULT_PORTS.get(scheme):
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{number}"


def origin_in_ascii(text: str) -> str | None:
    """Return an origin whose host is written in another alphabet, as browsers send it.

    Args:
        text: ``scheme://host`` or ``scheme://host:port``.

    Returns:
        The origin, with its host in the form ``xn--...``; None when the text is none, or has one of the few characters
        that browsers take for another one than Python does.
    """
    scheme, _, rest = text.lower().partition("://")
    host, colon, port = rest.partition(":")
    try:
        name = host.encode("idna")
        read_back = name.decode("idna")
    except UnicodeError:
        return None
    return canonical_origin(f"{scheme}://{name.decode()}{colon}{port}") if read_back == host else None
