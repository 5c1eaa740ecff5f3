"""Members of rooms that talk, and what each of them has heard: every message once, in one order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.peers.pyfly_rooms import NOT_PUBLISHED, UNSURE

__all__ = ["Result", "Volume", "run"]

SENDERS: Final = 2
"""How many members of each room talk."""
WAIT_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Volume:
    """How much is sent."""

    processes: int
    rooms: int
    members: int
    messages: int
    window: int
    keep: int = 0

    @property
    def deliveries(self) -> int:
        return self.rooms * self.messages * self.members


@dataclass
class Heard:
    """What one member has heard."""

    texts: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


class Tally:
    """How much all members together have heard."""

    def __init__(self, volume: Volume) -> None:
        self.half = asyncio.Event()
        self._total = 0
        self._expected = volume.deliveries

    def add(self) -> None:
        self._total += 1
        if self._total * 2 >= self._expected:
            self.half.set()

    async def everything(self) -> None:
        """Wait until all is heard, or nothing more comes for five seconds."""
        before, quiet = -1, 0
        while self._total < self._expected and quiet < 100:
            quiet = quiet + 1 if self._total == before else 0
            before = self._total
            await asyncio.sleep(0.05)


@dataclass
class Result:
    """What a run has shown."""

    seconds: float
    sent: int
    unsure: int
    deliveries: int
    lost: int
    doubled: int
    disordered: int
    closed: int
    latencies: list[float]

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.disordered or self.closed)


class Sender:
    """A member that talks: so many messages may be on their way."""

    def __init__(self, name: str, client: ClientConnection, volume: Volume) -> None:
        self.name = name
        self.unsure: set[str] = set()
        self._client = client
        self._count = volume.messages // SENDERS
        self._places = asyncio.Semaphore(volume.window)
        self._again: list[str] = []

    async def run(self) -> None:
        for number in range(self._count):
            await self._send(f"{self.name}.{number}")
        for _ in range(1000):
            if self._again:
                await self._send(self._again.pop())

    async def _send(self, text: str) -> None:
        await self._places.acquire()
        await self._client.send(f"{text} {time.perf_counter()}")

    async def heard(self, text: str) -> None:
        """Take in that an own message has come back, or will not."""
        kind, name = text[0], text.lstrip(UNSURE + NOT_PUBLISHED).split(" ")[0]
        if kind == NOT_PUBLISHED:
            await self._client.send(f"{name} {time.perf_counter()}")
            return
        if kind == UNSURE:
            self.unsure.add(name)
        elif name in self.unsure:
            return  # its place was given back before
        self._places.release()


async def listen(client: ClientConnection, heard: Heard, sender: Sender | None, tally: Tally) -> None:
    own = "" if sender is None else f"{sender.name}."
    async for message in client:
        text = str(message)
        if text[0] in (UNSURE, NOT_PUBLISHED):
            assert sender is not None
            await sender.heard(text)
            continue
        name, _, sent_at = text.partition(" ")
        heard.texts.append(name)
        heard.latencies.append(time.perf_counter() - float(sent_at))
        tally.add()
        if sender is not None and text.startswith(own):
            await sender.heard(text)


async def run(volume: Volume, url: str, *, disturb: asyncio.Event | None = None) -> Result:
    """Connect all members, let the senders talk, and compare what everybody has heard."""
    rooms: list[list[Heard]] = []
    senders: list[Sender] = []
    listeners: list[asyncio.Task[None]] = []
    processes: Counter[str] = Counter()
    tally = Tally(volume)
    async with contextlib.AsyncExitStack() as stack:
        for room in range(volume.rooms):
            members = []
            for member in range(volume.members):
                uri = f"{url}/rooms/{volume.keep}-{room}?keep={volume.keep}"
                client = await stack.enter_async_context(connect(uri, compression=None, max_queue=None))
                processes[str(await client.recv())] += 1
                sender = Sender(f"{room}.{member}", client, volume) if member < SENDERS else None
                if sender is not None:
                    senders.append(sender)
                members.append(heard := Heard())
                listeners.append(asyncio.create_task(listen(client, heard, sender, tally)))
            rooms.append(members)
        if len(processes) < volume.processes:
            raise AssertionError(f"all members are in {len(processes)} processes instead of {volume.processes}")
        started = time.perf_counter()
        talking = [asyncio.create_task(sender.run()) for sender in senders]
        if disturb is not None:
            async with asyncio.timeout(WAIT_SECONDS):
                await tally.half.wait()
            disturb.set()
        async with asyncio.timeout(WAIT_SECONDS):
            await asyncio.gather(*talking)
            await tally.everything()
        seconds = time.perf_counter() - started
        closed = sum(task.done() for task in listeners)
        for task in listeners:
            task.cancel()
        with contextlib.suppress(ConnectionClosed):
            await asyncio.gather(*listeners, return_exceptions=True)
    return compare(rooms, volume, senders, seconds, closed)


def compare(rooms: list[list[Heard]], volume: Volume, senders: list[Sender], seconds: float, closed: int) -> Result:
    unsure = {name for sender in senders for name in sender.unsure}
    lost = doubled = disordered = 0
    for room, members in enumerate(rooms):
        sent = {
            f"{room}.{sender}.{number}" for sender in range(SENDERS) for number in range(volume.messages // SENDERS)
        }
        first = members[0].texts
        for heard in members:
            # What a sender is unsure of has reached everybody, or nobody.
            owed = sent - (unsure - set(first))
            lost += len(owed - set(heard.texts))
            doubled += len(heard.texts) - len(set(heard.texts))
            disordered += heard.texts != first
    return Result(
        seconds=seconds,
        sent=volume.rooms * volume.messages,
        unsure=len(unsure),
        deliveries=sum(len(heard.texts) for members in rooms for heard in members),
        lost=lost,
        doubled=doubled,
        disordered=disordered,
        closed=closed,
        latencies=[latency for members in rooms for heard in members for latency in heard.latencies],
    )
