"""A Redis, and processes in miniature: each a backplane with rooms of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyfly.websocket.rooms import Room, Rooms
from pyfly.websocket.rooms.adapters.redis import RedisBackplane, RedisTimes
from tests.websocket.rooms.members import Member
from tests.websocket.rooms.redis_server import Proxy, RedisServer, running_redis

QUICK = RedisTimes(answer=2.0, heartbeat=0.2, presence=2.0, pause=0.02, longest_pause=0.2)
"""As short as a busy machine allows."""


@dataclass
class Node:
    """One process."""

    backplane: RedisBackplane
    rooms: Rooms

    @asynccontextmanager
    async def member(
        self, room: str = "lobby", *, keep: int = 0, last: int = 0, since: int | None = None
    ) -> AsyncIterator[tuple[Member, Room]]:
        member = await Member.open()
        async with self.rooms.join(room, member.session, keep=keep, last=last, since=since) as joined:
            yield member, joined


NewNode = Callable[..., Awaitable[Node]]


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def persistent_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path, persistent=True) as server:
        yield server


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[Proxy]:
    proxy = Proxy(redis_server.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def new_node() -> AsyncIterator[NewNode]:
    async with AsyncExitStack() as stack:

        async def make(url: str, times: RedisTimes = QUICK, prefix: str = "pyfly") -> Node:
            backplane = RedisBackplane(url, prefix=prefix, times=times)
            node = Node(backplane, Rooms(backplane))
            await backplane.start()
            stack.push_async_callback(backplane.stop)
            return node

        yield make
