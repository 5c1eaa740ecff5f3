"""Handshakes that Hypercorn would stumble over: it takes for granted that some headers are ASCII."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, final

from hypercorn.protocol import ws_stream

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["LegibleHandshake", "refusing_what_is_illegible"]

Handshake = ws_stream.Handshake


@final
class LegibleHandshake(Handshake):
    """A handshake that is not valid where ``Connection`` or a ``Sec-WebSocket-*`` is no ASCII, instead of an error."""

    def __init__(self, headers: list[tuple[bytes, bytes]], http_version: str) -> None:
        try:
            super().__init__(headers, http_version)
        except UnicodeDecodeError:
            super().__init__([], http_version)


@contextlib.contextmanager
def refusing_what_is_illegible() -> Generator[None]:
    """Have Hypercorn answer such handshakes with 400, until the end of the block.

    It reads them before it calls anybody, so its own class stands aside meanwhile.
    """
    ws_stream.Handshake = LegibleHandshake  # type: ignore[misc]
    try:
        yield
    finally:
        ws_stream.Handshake = Handshake  # type: ignore[misc]
