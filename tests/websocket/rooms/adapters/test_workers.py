"""Rooms over worker processes of a real server, which meet in a real Redis."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection

from tests.conftest import ServeApp
from tests.websocket.rooms.redis_server import RedisServer
from tests.websocket.rooms.workers import APP, hear, over_all_processes

MESSAGES = 25


async def talk(client: ClientConnection, name: int) -> None:
    for number in range(MESSAGES):
        await client.send(f"{name}.{number}")


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
