"""A client that speaks WebSocket by hand, and as badly as a test wants."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from tests.conftest import LiveServer

__all__ = ["CLOSE", "CONTINUATION", "PING", "PONG", "TEXT", "Frame", "RawClient", "frame", "handshake"]

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MASK = bytes(4)
"""Masking with zeros leaves a payload as it is."""


@dataclass(frozen=True)
class Frame:
    """A frame that the server sent."""

    opcode: int
    payload: bytes
    final: bool = True

    @property
    def close_code(self) -> int:
        """The code of a close frame; 1005 where there is none."""
        return int.from_bytes(self.payload[:2], "big") if len(self.payload) >= 2 else 1005


def frame(opcode: int, payload: bytes = b"", *, final: bool = True, compressed: bool = False) -> bytes:
    """Write a client's frame."""
    head = bytes([opcode | (0x80 if final else 0) | (0x40 if compressed else 0)])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 1 << 16:
        head += b"\xfe" + struct.pack(">H", len(payload))
    else:
        head += b"\xff" + struct.pack(">Q", len(payload))
    return head + MASK + payload


def handshake(path: str, *headers: str, host: str = "localhost") -> bytes:
    """Write the request that opens a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


class RawClient:
    """A connection that reads only when told to."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._read = bytearray()

    @classmethod
    async def reach(cls, server: LiveServer, *, receive_buffer: int | None = None) -> Self:
        """Connect, and say nothing.

        Args:
            receive_buffer: Bytes that the operating system keeps for this client while it does not read.
        """
        sock = socket.socket()
        sock.setblocking(False)
        if receive_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client = cls(sock)
        await client._loop.sock_connect(sock, (server.host, server.port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    @classmethod
    async def open(cls, server: LiveServer, path: str, *, receive_buffer: int | None = None) -> Self:
        """Connect, and complete the handshake."""
        client = await cls.reach(server, receive_buffer=receive_buffer)
        await client.send(handshake(path))
        head = await client.answer()
        assert head.startswith(b"HTTP/1.1 101"), head
        return client

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        await self._loop.sock_sendall(self._sock, data)

    async def answer(self) -> bytes:
        """Read the head of an HTTP answer; what there is of it when the connection ends."""
        while b"\r\n\r\n" not in self._read:
            if not await self._more():
                break
        head, mark, rest = bytes(self._read).partition(b"\r\n\r\n")
        self._read = bytearray(rest)
        return head + mark

    async def frame(self) -> Frame | None:
        """Read a frame; None at the end of the connection."""
        while (found := self._parsed()) is None:
            if not await self._more():
                return None
        return found

    async def until(self, opcode: int) -> Frame | None:
        """Read on to a frame of a kind; None at the end of the connection."""
        while (found := await self.frame()) is not None and found.opcode != opcode:
            pass
        return found

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def half_close(self) -> None:
        """Say that nothing more will be sent, and stay."""
        self._sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End the connection with a TCP close."""
        self._sock.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _more(self) -> bool:
        data = b""
        with contextlib.suppress(ConnectionError):
            data = await self._loop.sock_recv(self._sock, 1 << 16)
        self._read += data
        return bool(data)

    def _parsed(self) -> Frame | None:
        if len(self._read) < 2:
            return None
        size, at = self._read[1] & 0x7F, 2
        if size >= 126:
            length = 2 if size == 126 else 8
            at += length
            if len(self._read) < at:
                return None
            size = int.from_bytes(self._read[2:at], "big")
        if len(self._read) < at + size:
            return None
        found = Frame(self._read[0] & 0x0F, bytes(self._read[at : at + size]), bool(self._read[0] & 0x80))
        del self._read[: at + size]
        return found
