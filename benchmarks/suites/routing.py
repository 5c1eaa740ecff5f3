"""How much it costs to find a route among ten, a thousand and ten thousand, and to find that there is none.

Every route ends in the same application that does nothing, and so does what answers when there is no route, so that all
that is left is the way there.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.asgi import http_scope
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite
from benchmarks.suites.generated import EACH

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from benchmarks.asgi import Application, Message
    from benchmarks.peers import Peer

__all__ = ["SUITE"]

TABLES: Final = (10, 1_000, 10_000)
WAYS: Final = 10
"""How many paths are asked for, spread over a table."""


@cache
def built(build: Callable[[int], Application], routes: int) -> Any:
    """Build an application once for both contests."""
    return build(routes)


@asynccontextmanager
async def prepare(
    build: Callable[[int], Application], routes: int, *, exists: bool
) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Build an application, and make sure that its router leads where it should."""
    application = built(build, routes)
    reached: list[str] = []

    async def found(scope: Message, receive: Callable[[], Awaitable[Message]], send: object) -> None:
        reached.append(scope["path_params"]["item_id"])

    async def not_found(scope: Message, receive: Callable[[], Awaitable[Message]], send: object) -> None:
        reached.append("nothing")

    for route in application.routes:
        route.app = found
    router = application.router
    router.default = not_found
    numbers = [place * (routes - 1) // (WAYS - 1) for place in range(WAYS)]
    name = "items" if exists else "nothing"
    paths = [f"/group{number // EACH}/{name}{number}/i{number}" for number in numbers]

    async def receive() -> Message:
        raise AssertionError("a router reads nothing")

    async def send(message: Message) -> None:
        raise AssertionError("a router answers nothing itself")

    async def work(times: int) -> None:
        for _ in range(times):
            for path in paths:
                await router(http_scope(path), receive, send)
        reached.clear()

    for path in paths:
        await router(http_scope(path), receive, send)
    if reached != [f"i{number}" if exists else "nothing" for number in numbers]:
        raise AssertionError(f"requests for {paths} have reached {reached}")
    yield work


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return a contest for routes that are found, and one for paths that nobody serves."""
    return [_contest("route", peers, exists=True), _contest("no route", peers, exists=False)]


def _contest(metric: str, peers: Mapping[str, Peer], *, exists: bool) -> Contest:
    subjects = [
        Subject(
            f"{name}, {routes:,} routes",
            peer_name,
            partial(prepare, build, routes, exists=exists),
            # Equally often where that takes no longer: what is asked rarely is not in the processor's caches.
            None if peer.indexed else size,
            slow=routes > 1_000,
        )
        for peer_name, peer in peers.items()
        for name, build in peer.routed.items()
        for routes, size in zip(TABLES, (200, 20, 3), strict=True)
    ]
    return Contest(metric, f"{WAYS} requests", subjects, size=200, counted=1)


SUITE = Suite("What does it cost to find a route, and to find that there is none?", ("route", "no route"), contests)
