"""Histories that many ask for at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.exceptions import ResponseError

from pyfly.websocket.rooms import BackplaneError
from pyfly.websocket.rooms.adapters.redis_histories import AT_ONCE, Histories
from tests.websocket.rooms.members import settle

KEPT = range(1, 11)


class Redis:
    """Keeps ten messages in every room, and answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.answers: list[asyncio.Future[None]] = []

    async def fetch(self, room: str, command: tuple[Any, ...]) -> Any:
        self.asked.append((room, command))
        self.answers.append(asyncio.get_running_loop().create_future())
        await self.answers[-1]
        if command[0] == "XRANGE":
            after = int(command[2][1:].partition("-")[0])
            return [entry(offset) for offset in KEPT if offset > after]
        return [entry(offset) for offset in reversed(KEPT)][: command[-1]]

    async def answer(self, index: int = -1, error: Exception | None = None) -> None:
        if error is None:
            self.answers[index].set_result(None)
        else:
            self.answers[index].set_exception(error)
        await settle()


def entry(offset: int) -> tuple[bytes, dict[bytes, bytes]]:
    return b"id", {b"m": f"{offset} {offset - 1} e node text -\n{offset}".encode()}


class Asked:
    """Histories, and those who ask for them."""

    def __init__(self) -> None:
        self.redis = Redis()
        self.histories = Histories(self.redis.fetch)

    async def last(self, count: int, room: str = "lobby") -> asyncio.Task[list[int]]:
        return await self._ask(self.histories.last(room, "stream", count))

    async def since(self, offset: int, room: str = "lobby") -> asyncio.Task[list[int]]:
        return await self._ask(self.histories.since(room, "stream", offset))

    async def _ask(self, asking: Any) -> asyncio.Task[list[int]]:
        async def offsets() -> list[int]:
            return [envelope.offset for envelope in await asking]

        task = asyncio.create_task(offsets())
        await settle()
        return task


async def test_who_asks_while_a_history_is_on_its_way_shares_the_next_and_gets_what_it_asked_for() -> None:
    asked = Asked()
    first = await asked.last(3)
    others = [await asked.last(count) for count in (2, 11, 5)]
    assert asked.redis.asked == [("lobby", ("XREVRANGE", "stream", "+", "-", "COUNT", 3))]
    await asked.redis.answer()
    assert await first == [8, 9, 10]
    assert asked.redis.asked[1:] == [("lobby", ("XREVRANGE", "stream", "+", "-", "COUNT", 11))]
    await asked.redis.answer()
    assert [await other for other in others] == [[9, 10], [*KEPT], [6, 7, 8, 9, 10]]


async def test_all_that_follows_the_earliest_offset_is_fetched_once() -> None:
    asked = Asked()
    first = await asked.since(9)
    others = [await asked.since(offset) for offset in (8, 6, 10, 99)]
    await asked.redis.answer()
    await asked.redis.answer()
    assert [command[2] for _, command in asked.redis.asked] == ["(9-0", "(6-0"]
    assert await first == [10]
    assert [await other for other in others] == [[9, 10], [7, 8, 9, 10], [], []]


async def test_few_rooms_are_asked_about_at_once_and_all_get_their_turn() -> None:
    asked = Asked()
    tasks = [await asked.last(1, f"room {number}") for number in range(AT_ONCE + 2)]
    for number in range(AT_ONCE + 2):
        assert len(asked.redis.asked) == min(AT_ONCE + number, AT_ONCE + 2)
        await asked.redis.answer(number)
    assert [await task for task in tasks] == [[10]] * (AT_ONCE + 2)


async def test_who_waits_for_a_turn_fails_with_those_whom_redis_does_not_answer() -> None:
    asked = Asked()
    tasks = [await asked.last(1, f"room {number}") for number in range(AT_ONCE + 1)]
    await asked.redis.answer(0, BackplaneError("the history", "Redis did not answer", room="room 0"))
    for task, room in ((tasks[0], "room 0"), (tasks[-1], f"room {AT_ONCE}")):
        with pytest.raises(BackplaneError, match=r"^the history: Redis did not answer$") as raised:
            await task
        assert raised.value.room == room
    assert not tasks[1].done()
    await asked.histories.close()
    outcomes = await asyncio.gather(*tasks[1:-1], return_exceptions=True)
    assert {str(error).partition(": ")[2] for error in outcomes} == {"it is not running any more"}


async def test_what_redis_refuses_for_one_room_concerns_no_other() -> None:
    asked = Asked()
    refused = BackplaneError("the history", "Redis refuses: WRONGTYPE")
    refused.__cause__ = ResponseError("WRONGTYPE")
    tasks = [await asked.last(1, f"room {number}") for number in range(AT_ONCE + 1)]
    await asked.redis.answer(0, refused)
    await asked.redis.answer()
    with pytest.raises(BackplaneError, match="WRONGTYPE"):
        await tasks[0]
    assert await tasks[-1] == [10]
    await asked.histories.close()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_gives_up_disturbs_nobody_who_waits_for_the_same() -> None:
    asked = Asked()
    impatient, patient = await asked.last(1), await asked.last(2)
    impatient.cancel()
    await settle()
    await asked.redis.answer()
    await asked.redis.answer()
    assert impatient.cancelled()
    assert await patient == [9, 10]


async def test_closing_fails_also_those_whose_task_has_not_begun() -> None:
    histories = Histories(Redis().fetch)
    waiting = asyncio.create_task(histories.last("lobby", "stream", 1))
    await asyncio.sleep(0)
    await histories.close()
    with pytest.raises(BackplaneError, match="it is not running any more"):
        await waiting
