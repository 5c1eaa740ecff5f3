"""What one member of a room that reads nothing does to the others."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from typing import TYPE_CHECKING, Final

from benchmarks.clients import Client
from benchmarks.figures import Measurement
from benchmarks.processes import Server, serving
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from benchmarks.suites import Plan

__all__ = ["SUITE"]

MEMBERS: Final = 150
MESSAGES: Final = 250
TEXT: Final = "x" * 2_000
"""So many of this size do not fit into what is buffered for a client that reads nothing."""
PACE_SECONDS: Final = 0.02
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


def measure(plan: Plan) -> list[Measurement]:
    """Talk in rooms with and without a member that reads nothing."""
    subjects = [
        (peer_name, name, stalled)
        for peer_name, peer in plan.peers.items()
        for name in peer.rooms
        for stalled in (False, True)
    ]
    shares: dict[str, list[float]] = {_title(name, stalled): [] for _, name, stalled in subjects}
    late: dict[str, list[float]] = {name: [] for name in shares}
    for _ in range(3 if plan.quick else 5):
        plan.shuffled.shuffle(subjects)
        for peer_name, name, stalled in subjects:
            with serving(peer_name, "rooms", name) as server:
                share, lateness = asyncio.run(converse(server, stalled=stalled))
            if not stalled and share != 1:
                raise AssertionError(f"{name} has delivered {share:.1%} to members that all read")
            shares[_title(name, stalled)].append(share)
            late[_title(name, stalled)].append(lateness)
    return [
        Measurement("delivered", "share", "the others' messages", shares),
        Measurement("late", "seconds", "the slowest of a hundred messages", late),
    ]


def _title(name: str, stalled: bool) -> str:
    return f"{name}, one stalled" if stalled else name


SUITE = Suite("What does a member that reads nothing do to the others?", measure=measure)
