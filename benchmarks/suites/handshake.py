"""How much a session costs that is asked for, accepted and closed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.asgi import running, shake_hands
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from benchmarks.asgi import Application
    from benchmarks.peers import Peer

__all__ = ["SUITE"]

PATH = "/rooms/lobby"


@asynccontextmanager
async def prepare(make: Callable[[], Application]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Start an application, and make sure that it accepts a session and closes it with 1000."""
    application = make()

    async def work(times: int) -> None:
        for _ in range(times):
            await shake_hands(application, PATH)

    async with running(application):
        answers = await shake_hands(application, PATH)
        kinds = [answer["type"] for answer in answers]
        if kinds != ["websocket.accept", "websocket.close"] or answers[-1]["code"] != 1000:
            raise AssertionError(f"expected an accepted session that is closed with 1000, got {answers}")
        yield work


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return one contest of all who take sessions."""
    subjects = [
        Subject(name, peer_name, partial(prepare, make))
        for peer_name, peer in peers.items()
        for name, make in peer.handshake.items()
    ]
    return [Contest("handshake", "a session", subjects, size=500, counted=200)]


SUITE = Suite("What does a session cost that is routed, accepted and closed?", ("handshake",), contests)
