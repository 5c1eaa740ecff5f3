"""How much memory an idle session takes."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.clients import WAIT_SECONDS, Client
from benchmarks.figures import Measurement
from benchmarks.peers import missing
from benchmarks.processes import Server, let_open_files, serving
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from benchmarks.plan import Plan

__all__ = ["SUITE"]

TEXT: Final = "Good morning."
WARMING: Final = 100
"""How many sessions there are before the first that counts."""
SPARE_FILES: Final = 200
"""What a process has open beside its sessions."""


async def memory_of_a_session(peer_name: str, name: str, sessions: int) -> float:
    """Start a server, and return what one of so many sessions takes."""
    with serving(peer_name, "servers", name) as server:
        return await measure_server(server, sessions)


async def measure_server(server: Server, sessions: int) -> float:
    """Return what a session takes more than none; each has echoed once before."""
    heard = asyncio.Semaphore(0)
    clients: list[Client] = []

    async def open_sessions(count: int) -> None:
        for _ in range(count):
            client = await Client.connect(server.port, "/echo", TEXT, lambda client: heard.release())
            client.send()
            async with asyncio.timeout(WAIT_SECONDS):
                await heard.acquire()
            clients.append(client)

    await open_sessions(WARMING)  # what the first sessions bring with them is there once
    before = server.memory()
    await open_sessions(sessions)
    taken = (server.memory() - before) / sessions
    for client in clients:
        client.abort()
    return taken


def measure(plan: Plan) -> list[Measurement]:
    """Fill new servers with sessions."""
    sessions = 500 if plan.quick else 5_000
    let_open_files(WARMING + sessions + SPARE_FILES)
    works = {
        name: partial(memory_of_a_session, peer_name, name, sessions)
        for peer_name, peer in plan.peers.items()
        for name in peer.servers
    }
    measured = asyncio.run(plan.take_turns("memory", works, plan.rounds(5)))
    return [Measurement("memory", "bytes", "an idle session", measured)]


SUITE = Suite(
    "How much memory does an idle session take?", ("memory",), measure=measure, needs=partial(missing, "uvicorn")
)
