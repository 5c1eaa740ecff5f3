"""How much a text message costs that is read and sent back."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.asgi import conversing, running
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from benchmarks.asgi import Application
    from benchmarks.peers import Peer

__all__ = ["SUITE"]

TEXT = "What is it that walks on four legs in the morning?"


@asynccontextmanager
async def prepare(make: Callable[[], Application]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Open a session, and make sure that each of its messages comes back."""
    application = make()
    async with running(application), conversing(application, "/echo", [TEXT]) as conversation:
        before = conversation.sent
        await conversation.repeat(3)
        if conversation.sent != before + 3 or conversation.last["text"] != TEXT:
            raise AssertionError(f"expected {TEXT!r} three times, got {conversation.last}")
        yield conversation.repeat


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return one contest of all who can echo."""
    subjects = [
        Subject(name, peer_name, partial(prepare, make))
        for peer_name, peer in peers.items()
        for name, make in peer.echo.items()
    ]
    return [Contest("message", "a message", subjects, size=4000, counted=500)]


SUITE = Suite("What does a text message cost that a session reads and sends back?", ("message",), contests)
