"""Connections that stay open until their client neither sends nor takes anything more."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from pyfly.server.adapters import lingering
from pyfly.server.adapters.lingering import LOOKS_WHILE_OWED, Lingering, Lull

if TYPE_CHECKING:
    from collections.abc import Iterator


class FakeTransport(asyncio.WriteTransport):
    """A transport that owes its client as much as a test says."""

    def __init__(self, owed: int = 0) -> None:
        super().__init__()
        self.owed = owed

    def get_write_buffer_size(self) -> int:
        return self.owed


def test_a_client_that_is_owed_nothing_is_done_when_it_is_silent_once() -> None:
    lull = Lull(FakeTransport())
    lull.heard = True
    assert not lull.has_come()
    assert lull.has_come()


def test_a_client_that_takes_what_it_is_owed_is_waited_for() -> None:
    transport = FakeTransport(100)
    lull = Lull(transport)
    for owed in range(90, 0, -10):
        transport.owed = owed
        assert not lull.has_come()
    transport.owed = 0
    assert not lull.has_come()
    assert lull.has_come()


def test_a_client_that_takes_nothing_of_what_it_is_owed_gets_some_more_looks() -> None:
    lull = Lull(FakeTransport(100))
    assert [lull.has_come() for _ in range(LOOKS_WHILE_OWED)] == [False] * (LOOKS_WHILE_OWED - 1) + [True]


class Former(asyncio.Protocol):
    """The protocol that a lingering one takes the place of."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.lost = asyncio.Event()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.told.append("data")

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append("lost")
        self.lost.set()


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    server, client = socket.socketpair()
    server.setblocking(False)
    client.setblocking(False)
    with server, client:
        yield server, client


async def test_what_comes_is_dropped_and_the_end_is_told_to_the_former_protocol(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lingering, "LOOK_SECONDS", 0.01)
    loop = asyncio.get_running_loop()
    server, client = pair
    transport, former = await loop.create_connection(Former, sock=server)
    transport.write(b"x" * 1_000_000)
    assert former.told == ["pause"]
    transport.pause_reading()
    Lingering(transport)
    taken = 0
    async with asyncio.timeout(20):
        while taken < 1_000_000:
            await loop.sock_sendall(client, b"still here")
            taken += len(await loop.sock_recv(client, 10_000))
        await former.lost.wait()
        assert await loop.sock_recv(client, 1) == b""
    assert former.told == ["pause", "resume", "lost"]
