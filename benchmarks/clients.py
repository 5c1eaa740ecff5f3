"""Clients on real sockets: as little as can be, so that the server is what is busy.

Frames have a fixed size, so that what has come back is known from the number of bytes alone.
"""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Final, Self, final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Client", "masked_frame"]

REQUEST: Final = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
ANSWER: Final = b"HTTP/1.1 101"
MASK: Final = b"\x00\x00\x00\x00"
WAIT_SECONDS: Final = 60.0


def masked_frame(text: str) -> bytes:
    """Return the frame in which a client sends a text (RFC 6455, section 5.2)."""
    payload = text.encode()
    if len(payload) < 126:
        return bytes((0x81, 0x80 | len(payload))) + MASK + payload
    return b"\x81\xfe" + len(payload).to_bytes(2, "big") + MASK + payload


def unmasked_size(text: str) -> int:
    """Return the size of the frame in which a server sends a text of less than 64 KiB."""
    size = len(text.encode())
    return size + (2 if size < 126 else 4)


@final
class Client(asyncio.Protocol):
    """A WebSocket connection that counts what comes.

    Attributes:
        frames: How many frames have come.
        arrivals: When each of them came, in seconds of `time.perf_counter`.
    """

    def __init__(self, text: str, on_frame: Callable[[Client], None]) -> None:
        self.frames = 0
        self.arrivals: list[float] = []
        self._bytes = 0
        self._frame = masked_frame(text)
        self._size = unmasked_size(text)
        self._on_frame = on_frame
        self._opened: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def connect(
        cls, port: int, path: str, text: str, on_frame: Callable[[Client], None], *, receive_buffer: int | None = None
    ) -> Self:
        """Open a connection.

        Args:
            port: Where the server listens, on the loopback.
            path: What to ask for.
            text: What is sent, and what is expected back.
            on_frame: Called for every frame that comes.
            receive_buffer: The bytes that the kernel keeps for it; by default as many as it likes.

        Raises:
            ConnectionError: The server has not accepted.
        """
        loop = asyncio.get_running_loop()
        connection = socket.socket()
        connection.setblocking(False)
        if receive_buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await loop.sock_connect(connection, ("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport, client = await loop.create_connection(lambda: cls(text, on_frame), sock=connection)
        transport.write(REQUEST.format(path=path, port=port).encode())
        async with asyncio.timeout(WAIT_SECONDS):
            answer = await client._opened
        if not answer.startswith(ANSWER):
            raise ConnectionError(f"the server has not accepted: {answer[:200]!r}")
        return client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Count what has come."""
        if not self._opened.done():
            head, _, data = data.partition(b"\r\n\r\n")
            self._opened.set_result(head)
        self._bytes += len(data)
        while self._bytes >= self._size:
            self._bytes -= self._size
            self.frames += 1
            self.arrivals.append(time.perf_counter())
            self._on_frame(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits for the connection know."""
        if not self._opened.done():
            self._opened.set_result(b"nothing, and has closed the connection")

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return self._transport is None or self._transport.is_closing()

    def send(self) -> None:
        """Send the text once."""
        assert self._transport is not None
        self._transport.write(self._frame)

    def stall(self) -> None:
        """Read no more."""
        assert self._transport is not None
        self._transport.pause_reading()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()
