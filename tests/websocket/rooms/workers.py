"""Worker processes with rooms, and members in all of them."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import LiveServer

NOT_PUBLISHED = "!"
UNSURE = "?"

APP = f"""
import os
from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import QueryParam, get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import Backplane, BackplaneError, Rooms


@rest_controller
class Chat:
    def __init__(self, rooms: Rooms, backplane: Backplane) -> None:
        self.rooms = rooms
        self.backplane = backplane

    @websocket_mapping("/rooms/{{name}}")
    async def join(self, session: WebSocketSession[str, str], name: str, keep: QueryParam[int] = 10_000) -> None:
        await session.accept()
        async with self.rooms.join(name, session, keep=keep) as room:
            await session.send(f"process {{os.getpid()}}")
            async for text in session:
                try:
                    await room.publish(text)
                except BackplaneError as error:
                    await session.send(("{UNSURE}" if error.unsure else "{NOT_PUBLISHED}") + text)

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        async for text in session:
            await session.send(text)

    @get_mapping("/rooms/{{name}}")
    async def look(self, name: str) -> dict[str, object]:
        return {{"members": await self.rooms.room(name).count(), "healthy": self.backplane.healthy}}


app = create_app(Chat)
"""


async def get(server: LiveServer, path: str) -> dict[str, object]:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    content: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return content


async def over_all_processes(
    stack: AsyncExitStack, server: LiveServer, processes: int, least: int, *, room: str = "lobby", keep: int = 10_000
) -> list[ClientConnection]:
    """Connect until there are enough clients, and some at every process, which may still be starting.

    The first ones are in different processes.
    """
    clients: list[ClientConnection] = []
    seen: set[str] = set()
    while len(seen) < processes or len(clients) < least:
        client = await connect(f"{server.ws_url}/rooms/{room}?keep={keep}")
        process = str(await client.recv())
        if process in seen and len(clients) >= least:
            await client.close()
            continue
        clients.insert(len(clients) if process in seen else len(seen), client)
        seen.add(process)
        stack.push_async_callback(client.close)
    while True:
        look = await get(server, f"/rooms/{room}")  # surplus clients are still leaving
        if look == {"members": len(clients), "healthy": True}:
            return clients


async def hear(client: ClientConnection, count: int) -> list[str]:
    return [str(await client.recv()) for _ in range(count)]
