"""Does the work whose instructions valgrind counts.

    python -m benchmarks.counted PEER ROUNDS SUITE:METRIC:SUBJECT ...

Prints who was counted, with the contest's size and how many dumps there were before, and who has failed, with the
reason. A subject leaves two dumps a round, one of the contest's size and one of twice as much, whose difference has
nothing of what only happens once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import TYPE_CHECKING

from benchmarks.callgrind import Callgrind
from benchmarks.peers import load_peer
from benchmarks.plan import reason_of
from benchmarks.suites import load_suite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.contest import Contest, Subject
    from benchmarks.peers import Peer

__all__ = ["main"]


class StoppableClock(asyncio.SelectorEventLoop):
    """An event loop whose clock can be stopped, so that no timer goes off while instructions are counted.

    What comes from time to time would come more often the slower the machine is, and valgrind makes it slow.
    """

    stopped_at: float | None = None

    def time(self) -> float:
        """Return the time at which the clock was stopped, or the time."""
        return super().time() if self.stopped_at is None else self.stopped_at


async def count(contest: Contest, subject: Subject, rounds: int, callgrind: Callgrind) -> None:
    """Have a subject's instructions counted."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, StoppableClock)
    async with subject.prepare() as work:
        await work(2 * contest.counted)
        gc.collect()
        gc.freeze()
        loop.stopped_at = loop.time()
        await work(contest.counted)  # the timers that were due go off here
        callgrind.start()
        for _ in range(rounds):
            for size in (contest.counted, 2 * contest.counted):
                callgrind.zero()
                await work(size)
                callgrind.dump()
        callgrind.stop()
        loop.stopped_at = None
        gc.unfreeze()


def main(arguments: list[str]) -> None:
    """Count what the command line says."""
    peer_name, rounds, *wanted = arguments
    peers = {peer_name: load_peer(peer_name)}
    callgrind = Callgrind()
    counted: list[tuple[str, str, int, int]] = []
    failed: list[tuple[str, str, str]] = []
    for name in wanted:
        suite, metric, subject_name = name.split(":", 2)
        first = callgrind.dumps
        try:
            contest, subject = find(suite, metric, subject_name, peers)
            with asyncio.Runner(loop_factory=StoppableClock) as runner:
                runner.run(count(contest, subject, int(rounds), callgrind))
        except Exception as error:
            failed.append((metric, subject_name, reason_of(error)))
        else:
            counted.append((metric, subject_name, contest.counted, first))
    print(json.dumps({"counted": counted, "failed": failed}))


def find(suite: str, metric: str, name: str, peers: Mapping[str, Peer]) -> tuple[Contest, Subject]:
    """Return a subject and its contest."""
    contests = load_suite(suite).contests
    for contest in contests(peers) if contests else ():
        for subject in contest.subjects:
            if (contest.metric, subject.name) == (metric, name):
                return contest, subject
    raise LookupError(f"{suite} has no {name!r} in {metric!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
