"""Clients for the guide's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from websockets.asyncio.client import ClientConnection, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.conftest import LiveServer

WAIT = 10.0


class Dial(Protocol):
    """Opens connections that end with the test at the latest."""

    async def __call__(self, server: LiveServer, path: str) -> ClientConnection:
        """Connect to a path of a server."""
        ...


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    clients: list[ClientConnection] = []

    async def dial(server: LiveServer, path: str) -> ClientConnection:
        client = await connect(
            server.ws_url + path, proxy=None, open_timeout=WAIT, close_timeout=WAIT, ping_interval=None
        )
        clients.append(client)
        return client

    yield dial
    for client in clients:
        client.transport.abort()
        await client.wait_closed()
