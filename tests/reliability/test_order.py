"""Every message arrives once and in order, whoever else goes."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import httpx2
import pytest
from websockets.asyncio.client import connect

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import RawClient
from tests.reliability.observing import settled

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp
    from tests.reliability.conftest import Note

CLIENTS = 100
MESSAGES = 100
MEMBERS = 40
PUBLISHED = 500


async def echoed(server: LiveServer) -> list[str]:
    async with connect(f"{server.ws_url}/echo", compression=None) as client:
        for number in range(MESSAGES):
            await client.send(str(number))
        return [str(await client.recv()) for _ in range(MESSAGES)]


async def test_a_hundred_clients_get_a_hundred_echoes_each(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, access_log=False)
    async with asyncio.timeout(90):
        answers = await asyncio.gather(*(echoed(server) for _ in range(CLIENTS)))
    right = sum(got == [str(number) for number in range(MESSAGES)] for got in answers)
    note("echoes of pipelined messages", f"{CLIENTS} x {MESSAGES} in order", f"{right} x {MESSAGES} in order")
    assert right == CLIENTS


@pytest.mark.timeout(200)
async def test_a_room_loses_nothing_while_a_quarter_is_reset(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, access_log=False)
    chance = random.Random(7)
    ready = asyncio.Barrier(MEMBERS + 1)

    async def member() -> list[str]:
        async with connect(f"{server.ws_url}/rooms/order", compression=None) as client:
            assert await client.recv() == "joined"
            await ready.wait()
            return [str(await client.recv()) for _ in range(PUBLISHED)]

    async def deserter() -> None:
        client = await RawClient.open(server, "/rooms/order")
        for _ in range(chance.randrange(PUBLISHED)):
            await client.frame()
        client.reset()

    async with httpx2.AsyncClient(base_url=server.base_url) as http:
        at_rest = (await http.get("/counts")).json()
        async with asyncio.timeout(120), asyncio.TaskGroup() as crowd:
            members = [crowd.create_task(member()) for _ in range(MEMBERS)]
            for _ in range(MEMBERS // 3):
                crowd.create_task(deserter())
            async with connect(f"{server.ws_url}/rooms/order", compression=None) as speaker:
                assert await speaker.recv() == "joined"
                await ready.wait()
                for number in range(PUBLISHED):
                    await speaker.send(str(number))
                    assert await speaker.recv() == str(number)
        counts = await settled(http, at_rest | {"files": 1000})
    right = sum(task.result() == [str(number) for number in range(PUBLISHED)] for task in members)
    note(
        "room deliveries, a quarter of the clients reset",
        f"{MEMBERS} x {PUBLISHED} once and in order",
        f"{right} x {PUBLISHED}, {counts['sessions'] - at_rest['sessions']} sessions left",
    )
    assert right == MEMBERS
    assert counts["sessions"] <= at_rest["sessions"]
