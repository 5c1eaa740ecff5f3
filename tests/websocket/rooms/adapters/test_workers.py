"""Rooms over worker processes of a real server, which meet in a real Redis."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import LiveServer, ServeApp
from tests.websocket.rooms.redis_server import RedisServer

APP = """
import os
from pydantic import BaseModel
from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import Backplane, Rooms


@rest_controller
class Chat:
    def __init__(self, rooms: Rooms, backplane: Backplane) -> None:
        self.rooms = rooms
        self.backplane = backplane

    @websocket_mapping("/rooms/{name}")
    async def join(self, session: WebSocketSession[str, str], name: str) -> None:
        await session.accept()
        async with self.rooms.join(name, session, keep=10_000) as room:
            await session.send(f"process {os.getpid()}")
            async for text in session:
                await room.publish(text)

    @get_mapping("/rooms/{name}")
    async def look(self, name: str) -> dict[str, object]:
        return {"members": await self.rooms.room(name).count(), "healthy": self.backplane.healthy}


app = create_app(Chat)
"""
MESSAGES = 25


async def get(server: LiveServer, path: str) -> dict[str, object]:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    content: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return content


async def over_all_processes(
    stack: AsyncExitStack, server: LiveServer, processes: int, least: int
) -> list[ClientConnection]:
    """Connect until there are enough clients, and some at every process, which may still be starting."""
    clients: list[ClientConnection] = []
    seen: set[str] = set()
    while len(seen) < processes or len(clients) < least:
        client = await connect(f"{server.ws_url}/rooms/lobby")
        process = str(await client.recv())
        if process in seen and len(clients) >= least:
            await client.close()
            continue
        seen.add(process)
        clients.append(client)
        stack.push_async_callback(client.close)
    while True:
        look = await get(server, "/rooms/lobby")  # surplus clients are still leaving
        if look == {"members": len(clients), "healthy": True}:
            return clients


async def talk(client: ClientConnection, name: int) -> None:
    for number in range(MESSAGES):
        await client.send(f"{name}.{number}")


async def hear(client: ClientConnection, count: int) -> list[str]:
    return [str(await client.recv()) for _ in range(count)]


@pytest.mark.parametrize("workers", [2, 4])
async def test_every_worker_hears_every_message_in_one_order(
    workers: int, redis_server: RedisServer, serve_app: ServeApp
) -> None:
    server = serve_app(APP, workers=workers, env={"PYFLY_BACKPLANE_URL": redis_server.url})
    async with asyncio.timeout(90), AsyncExitStack() as stack:
        clients = await over_all_processes(stack, server, workers, least=6)
        talking = [asyncio.create_task(talk(client, name)) for name, client in enumerate(clients[:6])]
        heard = await asyncio.gather(*(hear(client, 6 * MESSAGES) for client in clients))
        await asyncio.gather(*talking)
    assert all(texts == heard[0] for texts in heard)
    for name in range(6):
        assert [text for text in heard[0] if text.startswith(f"{name}.")] == [f"{name}.{n}" for n in range(MESSAGES)]


async def test_workers_find_each_other_again_when_redis_is_back(
    persistent_redis: RedisServer, serve_app: ServeApp
) -> None:
    server = serve_app(APP, workers=2, env={"PYFLY_BACKPLANE_URL": persistent_redis.url})
    async with asyncio.timeout(90), AsyncExitStack() as stack:
        clients = await over_all_processes(stack, server, 2, least=2)
        await clients[0].send("before")
        assert [await hear(client, 1) for client in clients] == [["before"]] * len(clients)
        await asyncio.to_thread(persistent_redis.restart)
        await clients[-1].send("after")
        assert [await hear(client, 1) for client in clients] == [["after"]] * len(clients)
