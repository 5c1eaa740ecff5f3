"""Many connections that come and go as they like leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp

APPS = Path(__file__).parent / "apps"
CONNECTIONS = 200
SETTLING = 20.0
WAIT = 15.0
SECONDS = {"uvicorn": 20.0, "granian": 6.0, "hypercorn": 6.0}
AT_REST = ("tasks", "sessions", "beans", "open handlers", "members", "warnings")


async def test_nothing_is_left_of_connections_dropped_at_random(serve_app: ServeApp, backend: str) -> None:
    seconds = SECONDS[backend]
    # Hypercorn keeps a connection that has ended until its next ping would be due.
    ping_interval = 1 if backend == "hypercorn" else 20
    server = serve_app("churn:app", backend=backend, path=APPS, log_level="warning", ping_interval=ping_interval)
    async with httpx2.AsyncClient(base_url=server.base_url, trust_env=False, timeout=WAIT) as client:
        await counts(client)
        at_rest = {name: value for name, value in (await counts(client)).items() if name in AT_REST}
        assert at_rest["warnings"] == []

        chance = random.Random(7)
        end = asyncio.get_running_loop().time() + seconds
        async with asyncio.timeout(seconds + 3 * WAIT):
            # A slow machine needs more than the time given to have made as many sessions.
            while (await counts(client))["made"] <= CONNECTIONS:
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(CONNECTIONS):
                        tasks.create_task(come_and_go(server, chance, end))

        after = await settle(client, at_rest)
    assert left_over(after, at_rest) == {}
    assert after["made"] > CONNECTIONS
    assert after["handlers"] >= after["made"]
    assert await asyncio.to_thread(server.stop) == 0
    assert server.output().strip() == ""


async def come_and_go(server: LiveServer, chance: random.Random, end: float) -> None:
    """Connect again and again until `end`, at least once; leave each time in another way."""
    while True:
        # The far side may be faster, and what this side did to a connection is found out at its next use.
        with contextlib.suppress(OSError, WebSocketException):
            await visit(server, chance)
        if asyncio.get_running_loop().time() >= end:
            return


async def visit(server: LiveServer, chance: random.Random) -> None:
    if chance.random() < 0.1:
        await break_off_the_handshake(server, chance)
        return
    path = chance.choice(["/ws/own", "/ws/crowd"])
    client = await connect(
        server.ws_url + path, proxy=None, open_timeout=WAIT, close_timeout=WAIT, ping_interval=None, max_queue=None
    )
    try:
        for _ in range(chance.randrange(4)):
            await client.send("hello" * chance.randrange(50))
            await asyncio.sleep(chance.random() * 0.3)
        await leave(client, chance)
    finally:
        client.transport.abort()


async def leave(client: ClientConnection, chance: random.Random) -> None:
    manner = chance.choice(["close", "close with code", "abort", "reset", "half close", "return"])
    if manner == "close":
        await client.close()
    elif manner == "close with code":
        await client.close(4000 + chance.randrange(1000), "good-bye")
    elif manner == "reset":
        # Without lingering, the operating system sends a reset in place of an orderly end.
        raw: socket.socket = client.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif manner == "half close":
        client.transport.write_eof()
    elif manner == "return":
        await client.send("return")
        async with asyncio.timeout(WAIT):
            try:
                while True:
                    await client.recv()
            except ConnectionClosed:
                return


async def break_off_the_handshake(server: LiveServer, chance: random.Random) -> None:
    """Send a handshake, or a part of one, that may be accepted or denied while nobody is there any more."""
    request = (
        f"GET /ws/{chance.choice(['own', 'denied'])} HTTP/1.1".encode()
        + b"\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    _, writer = await asyncio.open_connection(server.host, server.port)
    length = chance.choice([len(request), chance.randrange(1, len(request))])
    writer.write(request[:length])
    await asyncio.sleep(chance.random() * 0.01)
    writer.transport.abort()


async def counts(client: httpx2.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/counts")).json()
    return found


def left_over(found: dict[str, Any], at_rest: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in AT_REST if found[name] > at_rest[name]}


async def settle(client: httpx2.AsyncClient, at_rest: dict[str, Any]) -> dict[str, Any]:
    """Ask until nothing is left over, or for as long as that may take."""
    end = asyncio.get_running_loop().time() + SETTLING
    while True:
        found = await counts(client)
        if not left_over(found, at_rest) or asyncio.get_running_loop().time() > end:
            return found
        await asyncio.sleep(0.2)
