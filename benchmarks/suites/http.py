"""How much a GET request costs with one path variable and a model as the answer."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.asgi import call, running
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite
from benchmarks.suites.models import Item

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from benchmarks.asgi import Application
    from benchmarks.peers import Peer

__all__ = ["SUITE"]

NUMBER = 4711
PATH = f"/items/{NUMBER}"


@asynccontextmanager
async def prepare(make: Callable[[], Application]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Start an application, and make sure that it answers with the item that was asked for."""
    application = make()

    async def work(times: int) -> None:
        for _ in range(times):
            await call(application, PATH)

    async with running(application):
        start, *parts = await call(application, PATH)
        body = json.loads(b"".join(part.get("body", b"") for part in parts))
        if start["status"] != 200 or body != Item.numbered(NUMBER).model_dump(mode="json"):
            raise AssertionError(f"expected the item {NUMBER}, got {start} and {body}")
        yield work


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return one contest of all who answer requests."""
    subjects = [
        Subject(name, peer_name, partial(prepare, make))
        for peer_name, peer in peers.items()
        for name, make in peer.item.items()
    ]
    return [Contest("http", "a request", subjects, size=500, counted=100)]


SUITE = Suite("What does a GET request cost that is answered with a model?", ("http",), contests)
