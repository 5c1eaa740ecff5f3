"""What a server keeps, seen from outside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    import httpx2

    from tests.conftest import LiveServer

__all__ = ["MIB", "PeakMemory", "at_rest", "settled", "those_who_left"]

MIB = 1024 * 1024
SETTLING = 60.0
QUIET = 0.1
"""The part of a processor that a server with sessions may use which nothing happens in."""


class PeakMemory:
    """How much more memory a server holds at most than when this was made."""

    def __init__(self, server: LiveServer) -> None:
        self._process = psutil.Process(server.process.pid)
        self._at_rest = self._process.memory_info().rss

    def grown(self) -> float:
        """Growth to the highest since the process began, in MiB."""
        with open(f"/proc/{self._process.pid}/status", encoding="ascii") as status:
            peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
        return (peak - self._at_rest) / MIB

    def kept(self) -> float:
        """Growth that is still there, in MiB."""
        return float(self._process.memory_info().rss - self._at_rest) / MIB


async def at_rest(server: LiveServer) -> None:
    """Wait until a server has little to do any more."""
    process = psutil.Process(server.process.pid)
    busy = 1.0
    async with asyncio.timeout(SETTLING):
        while busy > QUIET:
            before = sum(process.cpu_times()[:2])
            await asyncio.sleep(0.5)
            busy = (sum(process.cpu_times()[:2]) - before) / 0.5


async def settled(http: httpx2.AsyncClient, at_rest: dict[str, int]) -> dict[str, int]:
    """Wait until everyone who came has left and nothing is kept of them; the last counts when that takes too long."""
    counts: dict[str, int] = {}
    try:
        async with asyncio.timeout(SETTLING):
            while True:
                counts = (await http.get("/counts")).json()
                kept = all(counts[name] <= at_rest[name] for name in ("tasks", "sessions", "files"))
                if kept and counts["started"] == counts["left"]:
                    return counts
                await asyncio.sleep(0.1)
    except TimeoutError:
        return counts


async def those_who_left(http: httpx2.AsyncClient, number: int) -> list[dict[str, Any]]:
    """Wait until so many sessions have ended; those that have when that takes too long."""
    left: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(SETTLING):
            while len(left) < number:
                left = (await http.get("/left")).json()
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    return left
