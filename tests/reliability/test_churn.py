"""Thousands of clients that break off at every stage leave nothing behind."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, TEXT, RawClient, frame, handshake
from tests.reliability.observing import PeakMemory, settled

if TYPE_CHECKING:
    from tests.conftest import LiveServer, ServeApp
    from tests.reliability.conftest import Note

CYCLES = 10_000
AT_ONCE = 40
KEPT = 24
"""MiB that the second half may add to what the first has taken.

Granian takes some 150 KiB for each session that is open at once, on raw Starlette as well, and gives little of that
back to the operating system; only what grows on is kept by somebody.
"""


async def visit(server: LiveServer, chance: random.Random) -> None:
    """Come, get as far as chance has it, and break off."""
    client = await RawClient.reach(server)
    stage = chance.randrange(7)
    try:
        request = handshake(chance.choice(["/echo", "/typed", "/elsewhere", "/rooms/crowd"]))
        if stage == 0:
            return
        if stage == 1:
            await client.send(request[: chance.randrange(len(request))])
            return
        await client.send(request)
        if stage == 2:
            return
        await client.answer()
        if stage == 4:
            await client.send(frame(TEXT, b'{"x": 1, "y": 2}'))
        elif stage == 5:
            await client.send(frame(TEXT, b"cut off")[: chance.randrange(1, 12)])
        elif stage == 6:
            await client.send(frame(CLOSE, (1000).to_bytes(2, "big")))
    except ConnectionError:
        pass
    finally:
        if chance.random() < 0.5:
            client.reset()
        else:
            client.close()


async def come_and_go(server: LiveServer, chance: random.Random, times: int) -> None:
    """Visit so many times, several at once."""
    remaining = iter(range(times))

    async def go_on() -> None:
        for _ in remaining:
            await visit(server, chance)

    async with asyncio.TaskGroup() as crowd:
        for _ in range(AT_ONCE):
            crowd.create_task(go_on())


@pytest.mark.timeout(300)
async def test_thousands_of_clients_that_break_off_leave_nothing_behind(
    serve_app: ServeApp, backend: str, note: Note
) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, access_log=False, log_level="warning")
    chance = random.Random(20)
    async with httpx2.AsyncClient(base_url=server.base_url, timeout=60) as http:
        for _ in range(50):  # what is made once is made
            await visit(server, chance)
        at_rest = await settled(http, (await http.get("/counts")).json())
        await come_and_go(server, chance, CYCLES // 2)
        await settled(http, at_rest)
        memory = PeakMemory(server)
        await come_and_go(server, chance, CYCLES // 2)
        counts = await settled(http, at_rest)
        kept = memory.kept()
    over = {name: counts[name] - at_rest[name] for name in ("tasks", "sessions", "files")}
    note(
        f"{CYCLES} clients break off",
        f"no task, session, file left; +{KEPT} MiB in the second half",
        f"{over['tasks']}, {over['sessions']}, {over['files']} left; {kept:+.1f} MiB",
    )
    assert all(number <= 0 for number in over.values()), (counts, at_rest)
    assert counts["started"] == counts["left"]
    assert kept < KEPT
    assert server.stop() == 0
    assert "Traceback" not in server.output()
    assert "WARNING" not in server.output()
