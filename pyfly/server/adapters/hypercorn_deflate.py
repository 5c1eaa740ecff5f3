"""Keeps clients of Hypercorn from filling its memory with a few compressed bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Self, final

from hypercorn.protocol.ws_stream import WSStream
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsproto.connection import Connection
    from wsproto.extensions import Extension
    from wsproto.frame_protocol import FrameDecoder, FrameProtocol, Opcode, RsvBits

    from pyfly.server.ports import ASGIApp, Receive, Scope, Send

__all__ = ["BoundedDeflate", "inflating_within_bounds"]

LONGEST_CHARACTER = 4
"""Bytes of UTF-8."""


def inflating_within_bounds(application: ASGIApp) -> ASGIApp:
    """Inflate no more of a message than it takes for Hypercorn to find it too big.

    wsproto inflates all that has come, a thousand times as much where the client wants it, before anybody counts.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        stream = getattr(send, "__self__", None)
        if isinstance(stream, WSStream):
            _bound(stream)
        await application(scope, receive, send)

    return call


def _bound(stream: WSStream) -> None:
    accept = stream.handshake.accept
    # Hypercorn counts characters of text, and closes with 1009 when there are more than this.
    most = (stream.buffer.max_length + 2) * LONGEST_CHARACTER

    def accept_and_bound(
        subprotocol: str | None, additional_headers: Iterable[tuple[bytes, bytes]]
    ) -> tuple[int, list[tuple[bytes, bytes]], Connection]:
        try:
            status, response_headers, connection = accept(subprotocol, additional_headers)
        except ValueError:  # wsproto takes for granted that parameters are numbers; what cannot be read is no offer
            stream.handshake.extensions = None
            status, response_headers, connection = accept(subprotocol, additional_headers)
        protocol: Any = getattr(connection, "_proto")  # noqa: B009  # no other way leads to what was agreed on
        extensions: list[Extension] = protocol.extensions
        for place, extension in enumerate(extensions):
            if isinstance(extension, PerMessageDeflate):
                extensions[place] = BoundedDeflate.instead_of(extension, most=most)
        return status, response_headers, connection

    stream.handshake.accept = accept_and_bound  # type: ignore[method-assign]  # the connection is made there


@final
class BoundedDeflate(PerMessageDeflate):
    """Per-message deflate (RFC 7692) that inflates so many bytes of a message, and passes over what follows."""

    def __init__(self, *, most: int, **agreed: Any) -> None:
        super().__init__(**agreed)
        self._most = most
        self._left = most

    @classmethod
    def instead_of(cls, agreed: PerMessageDeflate, *, most: int) -> Self:
        """Return one with the parameters that were agreed on.

        Args:
            agreed: What the handshake has made.
            most: How many bytes of a message to inflate.
        """
        bounded = cls(
            most=most,
            client_no_context_takeover=agreed.client_no_context_takeover,
            client_max_window_bits=agreed.client_max_window_bits,
            server_no_context_takeover=agreed.server_no_context_takeover,
            server_max_window_bits=agreed.server_max_window_bits,
        )
        bounded._enabled = agreed.enabled()
        return bounded

    def frame_inbound_header(
        self, proto: FrameDecoder | FrameProtocol, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Begin a frame; see `PerMessageDeflate`."""
        if self._inbound_compressed is None:
            self._left = self._most
        return super().frame_inbound_header(proto, opcode, rsv, payload_length)

    def frame_inbound_payload_data(self, proto: FrameDecoder | FrameProtocol, data: bytes) -> bytes | CloseReason:
        """Inflate what has come of a frame, as far as the message may grow."""
        if not self._inbound_compressed or not self._inbound_is_compressible:
            return data
        assert self._decompressor is not None
        # What comes behind the end of its stream a decompressor would keep.
        if not self._left or self._decompressor.eof:
            return b""
        try:
            inflated = self._decompressor.decompress(bytes(data), self._left)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        self._left -= len(inflated)
        return inflated

    def frame_inbound_complete(self, proto: FrameDecoder | FrameProtocol, fin: bool) -> bytes | CloseReason | None:
        """Complete a frame; what was passed over of a message stays out of it."""
        if fin and self._inbound_compressed and self._inbound_is_compressible and not self._left:
            self._decompressor = self._inbound_compressed = None
            return None
        completed = super().frame_inbound_complete(proto, fin)
        if self._inbound_compressed is None and self._decompressor is not None and self._decompressor.eof:
            self._decompressor = None
        return completed
