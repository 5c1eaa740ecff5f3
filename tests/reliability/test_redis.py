"""Rooms over two worker processes while their Redis is killed, forgets, or stops answering: nobody is left deaf."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.websocket.rooms.redis_server import RedisServer, running_redis
from tests.websocket.rooms.workers import APP, NOT_PUBLISHED, UNSURE, hear, over_all_processes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.conftest import LiveServer, ServeApp
    from tests.reliability.conftest import Note

pytestmark = [pytest.mark.parametrize("backend", ["uvicorn"]), pytest.mark.timeout(120)]

SPEAKERS = ("ada", "bob")
MEMBERS = 6
SPOKEN = 100
LAST = SPOKEN - 1
CUTS = 3


class Member:
    """Hears until all speakers have ended; a speaker says each text when the one before has come back."""

    def __init__(self, client: ClientConnection, name: str) -> None:
        self.heard: list[str] = []
        self.unsure: set[str] = set()
        self.half = asyncio.Event()
        self.refused = asyncio.Event()
        self._client = client
        self._texts = iter([f"{name} {number}" for number in range(SPOKEN)] if name else ())
        self._own = f"{name} "

    async def run(self) -> None:
        await self._say_next()
        while sum(text.endswith(f" {LAST}") for text in self.heard) < len(SPEAKERS):
            text = str(await self._client.recv())
            if text[0] == NOT_PUBLISHED:
                self.refused.set()
                await self._client.send(text[1:])
            elif text[0] == UNSURE:  # it has reached everybody, or nobody
                self.refused.set()
                self.unsure.add(text[1:])
                await self._say_next()
            else:
                self.heard.append(text)
                if text.startswith(self._own) and text not in self.unsure:
                    await self._say_next()

    async def _say_next(self) -> None:
        if (text := next(self._texts, None)) is not None:
            if text.endswith(f" {SPOKEN // 2}"):
                self.half.set()
            await self._client.send(text)


async def converse(
    serve_app: ServeApp, redis: RedisServer, disturb: Callable[[LiveServer, list[Member]], Awaitable[None]]
) -> int:
    """Let members in two processes talk, and disturb them in the middle.

    Returns:
        How many have heard all that was published, each text once, and all in one order.
    """
    server = serve(serve_app, redis)
    async with asyncio.timeout(60), AsyncExitStack() as stack:
        clients = await over_all_processes(stack, server, len(SPEAKERS), MEMBERS)
        names = [*SPEAKERS, *[""] * (len(clients) - len(SPEAKERS))]
        members = [Member(client, name) for client, name in zip(clients, names, strict=True)]
        async with asyncio.TaskGroup() as crowd:
            for member in members:
                crowd.create_task(member.run())
            for speaker in members[: len(SPEAKERS)]:
                await speaker.half.wait()
            await disturb(server, members[: len(SPEAKERS)])
    heard = members[0].heard
    unsure = {text for member in members for text in member.unsure}
    published = [
        [text for number in range(SPOKEN) if (text := f"{name} {number}") in heard or text not in unsure]
        for name in SPEAKERS
    ]
    own = [[text for text in heard if text.startswith(f"{name} ")] for name in SPEAKERS]
    return sum(member.heard == heard and own == published for member in members[:MEMBERS])


def judge(note: Note, scenario: str, right: int) -> None:
    """Hold how many have heard everything right to how many there are."""
    total = len(SPEAKERS) * SPOKEN
    note(scenario, f"{MEMBERS} x {total} once and in order", f"{right} x {total} once and in order")
    assert right == MEMBERS


def serve(serve_app: ServeApp, redis: RedisServer) -> LiveServer:
    return serve_app(APP, workers=len(SPEAKERS), env={"PYFLY_BACKPLANE_URL": redis.url}, access_log=False)


async def closing(client: ClientConnection) -> int | None:
    """Read on to the end of a session; its close code."""
    try:
        while True:
            await client.recv()
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code


async def hearing(clients: list[ClientConnection]) -> int:
    """Call in each process until all members have heard every caller; how many have."""

    async def call(place: int) -> None:
        while True:
            await clients[place].send(f"from {place}")
            await asyncio.sleep(0.1)

    async def listen(client: ClientConnection) -> None:
        callers: set[str] = set()
        while len(callers) < len(SPEAKERS):
            text = str(await client.recv())
            if text[0] not in (NOT_PUBLISHED, UNSURE):
                callers.add(text)

    calling = [asyncio.create_task(call(place)) for place in range(len(SPEAKERS))]
    listening = [asyncio.create_task(listen(client)) for client in clients[:MEMBERS]]
    done, deaf = await asyncio.wait(listening, timeout=15)
    for task in (*calling, *deaf):
        task.cancel()
    await asyncio.gather(*calling, *deaf, return_exceptions=True)
    return sum(task.exception() is None for task in done)


async def test_a_restart_of_redis_makes_no_gap_in_rooms_with_history(
    serve_app: ServeApp, backend: str, note: Note, tmp_path: Path
) -> None:
    with running_redis(tmp_path, persistent=True) as redis:

        async def restart(server: LiveServer, speakers: list[Member]) -> None:
            await asyncio.to_thread(redis.restart)

        right = await converse(serve_app, redis, restart)
    judge(note, "Redis killed and restarted", right)


async def test_subscribers_that_redis_cuts_off_hear_what_they_have_missed(
    serve_app: ServeApp, backend: str, note: Note, tmp_path: Path
) -> None:
    with running_redis(tmp_path) as redis:

        async def cut_off(server: LiveServer, speakers: list[Member]) -> None:
            for _ in range(CUTS):
                await asyncio.to_thread(redis.command, "CLIENT", "KILL", "TYPE", "pubsub")
                await asyncio.sleep(0.1)

        right = await converse(serve_app, redis, cut_off)
    judge(note, f"Redis cuts subscribers off {CUTS} times", right)


async def test_while_redis_is_paused_speakers_are_told_and_afterwards_all_is_heard(
    serve_app: ServeApp, backend: str, note: Note, tmp_path: Path
) -> None:
    with running_redis(tmp_path) as redis:

        async def pause(server: LiveServer, speakers: list[Member]) -> None:
            redis.pause()
            try:
                async with connect(f"{server.ws_url}/echo") as bystander:
                    await bystander.send("still there?")
                    assert await bystander.recv() == "still there?"
                for speaker in speakers:
                    await speaker.refused.wait()
            finally:
                redis.go_on()

        right = await converse(serve_app, redis, pause)
    note(
        "Redis paused",
        f"speakers told, others served, {MEMBERS} hear the same",
        f"told, served, {right} hear the same",
    )
    assert right == MEMBERS


async def test_members_of_rooms_that_redis_has_forgotten_are_closed_and_the_others_hear_again(
    serve_app: ServeApp, backend: str, note: Note, tmp_path: Path
) -> None:
    with running_redis(tmp_path) as redis:
        server = serve(serve_app, redis)
        async with asyncio.timeout(60), AsyncExitStack() as stack:
            kept = await over_all_processes(stack, server, len(SPEAKERS), MEMBERS, room="kept")
            plain = await over_all_processes(stack, server, len(SPEAKERS), MEMBERS, room="plain", keep=0)
            for clients in (kept, plain):
                await clients[0].send("before")
                assert [await hear(client, 1) for client in clients] == [["before"]] * len(clients)

            await asyncio.to_thread(redis.restart)
            codes = await asyncio.gather(*map(closing, kept))
            again = await over_all_processes(stack, server, len(SPEAKERS), MEMBERS, room="kept")
            heard = await hearing(again) + await hearing(plain)
    note(
        "Redis restarted, its memory lost",
        f"{MEMBERS} with history get 1012, {2 * MEMBERS} hear afterwards",
        f"{codes[:MEMBERS].count(1012)} with 1012, {heard} hear",
    )
    assert set(codes) == {1012}
    assert heard == 2 * MEMBERS
