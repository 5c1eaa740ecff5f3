"""What rooms keep, fetched once for all who ask for it at the same time."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from redis.exceptions import RedisError

from pyfly.websocket.rooms.adapters.redis_rooms import decode_entries
from pyfly.websocket.rooms.errors import BackplaneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pyfly.websocket.rooms.ports import Envelope

__all__ = ["Histories"]

AT_ONCE: Final = 8
"""How many histories are on their way at once: they are large, and other answers wait behind them."""
STOPPED: Final = "it is not running any more"


@final
class _Wanted(NamedTuple):
    """One history.

    Attributes:
        room: The room's name.
        by_offset: Whether the messages after an offset are asked for, or the last ones.
    """

    room: str
    by_offset: bool


@final
class _Round:
    """What all get who ask before it is fetched.

    Attributes:
        reach: The smallest offset, or the largest count, that any of them asks for.
        found: The messages, the oldest first.
    """

    __slots__ = ("found", "reach")

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.found: asyncio.Future[list[Envelope]] = asyncio.get_running_loop().create_future()

    def fail(self, error: Exception) -> None:
        """Tell those who ask why there is nothing, unless they have been told something already."""
        if not self.found.done():
            self.found.set_exception(error)
            self.found.exception()  # whoever asked may be gone


@final
class Histories:
    """Fetches histories, of each room one at a time: who asks while one is on its way shares the next.

    Waiting for a turn is not limited: it is told when Redis does not answer those whose turn it is.

    Args:
        fetch: Asks Redis something about a room; limited in time.
    """

    __slots__ = ("_fetch", "_rounds", "_tasks", "_turns")

    def __init__(self, fetch: Callable[[str, tuple[Any, ...]], Awaitable[Any]]) -> None:
        self._fetch = fetch
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._rounds: dict[_Wanted, _Round] = {}
        self._tasks: dict[_Wanted, asyncio.Task[None]] = {}

    async def last(self, room: str, stream: str, count: int) -> Sequence[Envelope]:
        """Return the last messages that are kept, the oldest first.

        Raises:
            BackplaneError: They could not be had in time.
        """
        found = await self._ask(_Wanted(room, by_offset=False), stream, count)
        return found[-count:]

    async def since(self, room: str, stream: str, offset: int) -> Sequence[Envelope]:
        """Return the messages after an offset that are kept, the oldest first.

        Raises:
            BackplaneError: They could not be had in time.
        """
        found = await self._ask(_Wanted(room, by_offset=True), stream, offset)
        return found[bisect_right(found, offset, key=lambda envelope: envelope.offset) :]

    async def close(self) -> None:
        """Fetch nothing more, and fail whoever waits."""
        tasks, self._tasks = self._tasks, {}
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        self._fail_all(STOPPED)

    async def _ask(self, wanted: _Wanted, stream: str, reach: int) -> list[Envelope]:
        shared = self._rounds.get(wanted)
        if shared is None:
            shared = self._rounds[wanted] = _Round(reach)
        shared.reach = min(shared.reach, reach) if wanted.by_offset else max(shared.reach, reach)
        if wanted not in self._tasks:
            self._tasks[wanted] = asyncio.create_task(self._work_off(wanted, stream), name="redis history")
        return await asyncio.shield(shared.found)

    async def _work_off(self, wanted: _Wanted, stream: str) -> None:
        try:
            while wanted in self._rounds:
                async with self._turns:
                    # Who asks from here on may have heard what this does not find, and gets a round of its own.
                    shared = self._rounds.pop(wanted, None)
                    if shared is not None:
                        await self._find(wanted, stream, shared)
        finally:
            self._tasks.pop(wanted, None)

    async def _find(self, wanted: _Wanted, stream: str, shared: _Round) -> None:
        if wanted.by_offset:
            command: tuple[Any, ...] = ("XRANGE", stream, f"({shared.reach}-0", "+")
        else:
            command = ("XREVRANGE", stream, "+", "-", "COUNT", shared.reach)
        try:
            found = decode_entries(wanted.room, await self._fetch(wanted.room, command))
        except Exception as error:
            shared.fail(error)
            if isinstance(error, BackplaneError) and not isinstance(error.__cause__, RedisError):
                self._fail_all(error.problem)  # whom Redis does not answer either
        else:
            shared.found.set_result(found if wanted.by_offset else found[::-1])
        finally:
            shared.fail(BackplaneError("the history", STOPPED, room=wanted.room))

    def _fail_all(self, problem: str) -> None:
        rounds, self._rounds = self._rounds, {}
        for wanted, shared in rounds.items():
            shared.fail(BackplaneError("the history", problem, room=wanted.room))
