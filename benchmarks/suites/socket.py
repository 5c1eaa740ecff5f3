"""How much CPU time a server spends for an echo over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.clients import WAIT_SECONDS, Client
from benchmarks.figures import Measurement
from benchmarks.peers import missing
from benchmarks.processes import serving
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.plan import Plan
    from benchmarks.processes import Server

__all__ = ["SUITE"]

TEXT: Final = "What is it that walks on four legs in the morning?"
CONNECTIONS: Final = 20


class Echoes:
    """Connections to one server, each of which has one message on its way."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self._left = 0
        self._done = asyncio.Event()

    async def connect(self, port: int) -> None:
        """Open all connections."""
        for _ in range(CONNECTIONS):
            self.clients.append(await Client.connect(port, "/echo", TEXT, self._heard))

    async def run(self, messages: int) -> None:
        """Send so many messages in all, and wait until all have come back."""
        self._left = messages - CONNECTIONS
        before = sum(client.frames for client in self.clients)
        self._done.clear()
        for client in self.clients:
            client.send()
        async with asyncio.timeout(WAIT_SECONDS):
            await self._done.wait()
        heard = sum(client.frames for client in self.clients) - before
        if heard != messages:
            raise AssertionError(f"{messages} messages were sent, and {heard} have come back")

    def _heard(self, client: Client) -> None:
        if self._left > 0:
            client.send()
        elif self._left == 1 - CONNECTIONS:
            self._done.set()
        self._left -= 1

    def close(self) -> None:
        """End all connections."""
        for client in self.clients:
            client.abort()


async def measure_servers(servers: dict[str, Server], plan: Plan) -> dict[str, list[float]]:
    """Return the CPU time of an echo in each round, by server."""
    works: dict[str, Callable[[], Awaitable[float]]] = {}
    all_echoes: list[Echoes] = []
    messages = 4_000 if plan.quick else 20_000
    for name, server in servers.items():
        echoes = Echoes()
        all_echoes.append(echoes)
        try:
            await echoes.connect(server.port)
            await echoes.run(1_000)
        except Exception as error:
            plan.failed(f"socket: {name}", error)
        else:
            works[name] = partial(cpu_seconds_of_an_echo, server, echoes, messages)
    measured = await plan.take_turns("socket", works, plan.rounds(12))
    for echoes in all_echoes:
        echoes.close()
    return measured


async def cpu_seconds_of_an_echo(server: Server, echoes: Echoes, messages: int) -> float:
    """Return the CPU time that a server spends, for each of so many messages."""
    before = server.cpu_seconds()
    await echoes.run(messages)
    return (server.cpu_seconds() - before) / messages


def measure(plan: Plan) -> list[Measurement]:
    """Serve all at the same time, and have one after the other echo."""
    servers: dict[str, Server] = {}
    with ExitStack() as stack:
        for peer_name, peer in plan.peers.items():
            for name in peer.servers:
                try:
                    servers[name] = stack.enter_context(serving(peer_name, "servers", name))
                except Exception as error:
                    plan.failed(f"socket: {name}", error)
        measured = asyncio.run(measure_servers(servers, plan))
    return [Measurement("socket", "seconds", "an echo (CPU time of the server)", measured)]


SUITE = Suite(
    "How much CPU time does a server spend for an echo?",
    ("socket",),
    measure=measure,
    needs=partial(missing, "uvicorn"),
)
