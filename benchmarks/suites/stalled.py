"""What one member of a room that reads nothing does to the others."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.clients import Client
from benchmarks.figures import Measurement
from benchmarks.peers import missing
from benchmarks.processes import Server, serving
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from benchmarks.plan import Plan

__all__ = ["SUITE"]

MEMBERS: Final = 150
MESSAGES: Final = 250
TEXT: Final = "x" * 2_000
"""So many of this size do not fit into what is buffered for a client that reads nothing."""
PACE_SECONDS: Final = 0.02
TRIES: Final = 3
"""How many conversations make a round: what disturbs one of them is not the server's doing, so the best one counts."""
QUIET_SECONDS: Final = 3.0
"""After how long without a message no more are expected."""


async def converse(server: Server, *, stalled: bool) -> tuple[float, float]:
    """Have one member talk; return the share that the others have heard, and the 99th percentile of its lateness."""
    news = asyncio.Event()
    members: list[Client] = []
    for number in range(MEMBERS):
        buffer = 4096 if stalled and number == MEMBERS // 2 else None
        members.append(
            await Client.connect(server.port, "/room", TEXT, lambda client: news.set(), receive_buffer=buffer)
        )
    talker, others = members[0], [member for number, member in enumerate(members) if number != MEMBERS // 2]
    if stalled:
        members[MEMBERS // 2].stall()
    loop = asyncio.get_running_loop()
    start, sent_at = loop.time(), list[float]()
    for number in range(MESSAGES):
        await asyncio.sleep(max(0.0, start + number * PACE_SECONDS - loop.time()))
        sent_at.append(time.perf_counter())
        talker.send()
    with contextlib.suppress(TimeoutError):
        while any(member.frames < MESSAGES for member in others):
            news.clear()
            async with asyncio.timeout(QUIET_SECONDS):
                await news.wait()
    late = [arrival - sent for member in others for sent, arrival in zip(sent_at, member.arrivals, strict=False)]
    for member in members:
        member.abort()
    return len(late) / (len(others) * MESSAGES), statistics.quantiles(late, n=100)[98]


async def try_once(peer_name: str, name: str, *, stalled: bool) -> tuple[float, float]:
    """Start a server, and have one of its room talk."""
    with serving(peer_name, "rooms", name) as server:
        share, lateness = await converse(server, stalled=stalled)
    if not stalled and share != 1:
        raise AssertionError(f"{share:.1%} was delivered to members that all read")
    return share, lateness


def measure(plan: Plan) -> list[Measurement]:
    """Talk in rooms with and without a member that reads nothing."""
    works = {
        _title(name, stalled): partial(try_once, peer_name, name, stalled=stalled)
        for peer_name, peer in plan.peers.items()
        for name in peer.rooms
        for stalled in (False, True)
    }
    # A conversation takes five seconds, so that even the fewest rounds would be no answer soon.
    tried = asyncio.run(plan.take_turns("late", works, TRIES * (1 if plan.quick else plan.rounds(5))))
    rounds = {
        name: [tries[start : start + TRIES] for start in range(0, len(tries), TRIES)] for name, tries in tried.items()
    }
    # A message that is lost is lost, whatever the other conversations of the round have delivered.
    shares = {name: [min(share for share, _ in tries) for tries in parts] for name, parts in rounds.items()}
    late = {name: [min(lateness for _, lateness in tries) for tries in parts] for name, parts in rounds.items()}
    return [
        Measurement("delivered", "share", "the others' messages", shares),
        Measurement("late", "seconds", "the slowest of a hundred messages", late),
    ]


def _title(name: str, stalled: bool) -> str:
    return f"{name}, one stalled" if stalled else name


SUITE = Suite(
    "What does a member that reads nothing do to the others?",
    ("delivered", "late"),
    measure=measure,
    needs=partial(missing, "uvicorn"),
)
