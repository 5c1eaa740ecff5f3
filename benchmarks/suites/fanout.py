"""How much it costs to send a message to everybody in a room of a thousand."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.asgi import Conversation, conversing, running
from benchmarks.contest import Contest, Subject
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from benchmarks.asgi import Application
    from benchmarks.peers import Peer

__all__ = ["SUITE"]

MEMBERS: Final = 1_000
TEXT: Final = "The quick brown fox jumps over the lazy dog."
TURNS: Final = 10_000
"""How often the event loop may turn before a message must have arrived."""


@asynccontextmanager
async def prepare(make: Callable[[], Application]) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Fill a room, and make sure that everybody in it gets what one of them says."""
    application = make()
    async with running(application), AsyncExitStack() as stack:
        members = [await stack.enter_async_context(conversing(application, "/room", [TEXT])) for _ in range(MEMBERS)]
        talker = members[0]
        sample = [talker, members[MEMBERS // 2], members[-1]]

        async def work(times: int) -> None:
            first = talker.sent
            for number in range(times):
                await talker.repeat(1)
                await _until_sent(sample, first + number + 1)
            await _until_sent(members, first + times)

        before = [member.sent for member in members]
        await work(2)
        after = [member.sent for member in members]
        if after != [count + 2 for count in before] or any(member.last["text"] != TEXT for member in members):
            raise AssertionError(f"expected two messages for every member, got {sum(after) - sum(before)} in all")
        yield work


async def _until_sent(members: list[Conversation], wanted: int) -> None:
    """Let the event loop turn until all of some members have been sent so many messages."""
    for _ in range(TURNS):
        if all(member.sent >= wanted for member in members):
            return
        await asyncio.sleep(0)
    raise AssertionError(f"a message has not reached everybody after {TURNS} turns of the event loop")


def contests(peers: Mapping[str, Peer]) -> list[Contest]:
    """Return one contest of all who have rooms."""
    subjects = [
        Subject(name, peer_name, partial(prepare, make))
        for peer_name, peer in peers.items()
        for name, make in peer.rooms.items()
    ]
    return [Contest("fanout", f"a message to {MEMBERS:,} members", subjects, size=5, counted=2)]


SUITE = Suite("What does a message cost that everybody in a room gets?", ("fanout",), contests)
