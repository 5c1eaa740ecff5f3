"""How much a message of a discriminated union costs that is read, validated and sent back."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.asgi import conversing, running
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite
from benchmarks.suites.models import FRAMES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from benchmarks.asgi import Application
    from benchmarks.peers import Peer

__all__ = ["SUITE"]


@asynccontextmanager
async def prepare(
    make: Callable[[], Application], frames: Sequence[str]
) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Open a session, and make sure that it answers every frame with what it holds."""
    application = make()
    async with running(application), conversing(application, "/chat", frames) as conversation:
        for count in range(1, len(frames) + 1):
            await conversation.repeat(count)
            _check(json.loads(conversation.last["text"]), json.loads(frames[count - 1]))
        yield conversation.repeat


def _check(answer: object, expected: object) -> None:
    """Make sure that an answer has all that was sent; defaults may have been filled in."""
    if isinstance(answer, dict) and isinstance(expected, dict):
        for name, value in expected.items():
            _check(answer.get(name), value)
    elif answer != expected:
        raise AssertionError(f"expected {expected!r}, got {answer!r}")


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return one contest of all who read and write models."""
    subjects = [
        Subject(name, peer_name, partial(prepare, make, peer.frames or FRAMES))
        for peer_name, peer in peers.items()
        for name, make in peer.typed.items()
    ]
    return [Contest("typed", "a typed message", subjects, size=2000, counted=200)]


SUITE = Suite("What does a message cost that is read as one of four models, and written back?", ("typed",), contests)
