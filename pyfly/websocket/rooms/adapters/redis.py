"""The backplane of applications that are several processes: Redis, or Valkey."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import urlsplit

from redis.exceptions import RedisError

from pyfly.websocket.rooms.adapters.redis_feeds import Feeds
from pyfly.websocket.rooms.adapters.redis_histories import Histories
from pyfly.websocket.rooms.adapters.redis_link import LinkLostError, RedisLink, check_url
from pyfly.websocket.rooms.adapters.redis_rooms import CENSUS, PUBLISH, origin_of
from pyfly.websocket.rooms.adapters.redis_times import DEFAULT_TIMES, RedisTimes, whole
from pyfly.websocket.rooms.adapters.tasks import until_first_ends
from pyfly.websocket.rooms.errors import BackplaneError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from pyfly.websocket.messages import FrameKind
    from pyfly.websocket.rooms.ports import Backplane, Envelope, Receiver

__all__ = ["RedisBackplane", "RedisTimes"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

UNSUBSCRIBE_SECONDS: Final = 1.0
"""How long a process that stops waits for Redis to take that in."""


@final
class _Attempt:
    """A call, which may take several connections.

    Attributes:
        was_sent: Whether a connection was lost after the call had been sent, so that it may have been done.
    """

    __slots__ = ("was_sent",)

    def __init__(self) -> None:
        self.was_sent = False


class _NotRunningError(Exception):
    """The backplane was not started, or has been stopped."""


@final
class RedisBackplane:
    """Carries messages between processes through Redis 6 or newer, or Valkey.

    Each process has two connections: one hears the rooms that have members there, the other sends commands, many at
    once. When they are lost, they are made again for as long as it takes.

    Args:
        url: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user, password, database and options.
        prefix: What all names in Redis begin with: applications that share a server need different ones.
        times: How long things take and last.

    Raises:
        ValueError: The URL, or one of its options, is wrong.
    """

    __slots__ = (
        "_feeds",
        "_histories",
        "_link",
        "_place",
        "_prefix",
        "_task",
        "_times",
        "_tokens",
        "_up",
        "_ups",
        "_url",
        "node",
    )

    def __init__(self, url: str, *, prefix: str = "pyfly", times: RedisTimes = DEFAULT_TIMES) -> None:
        check_url(url)
        self.node: Final[str] = secrets.token_hex(8)
        self._url = url
        self._place = place_of(url)
        self._prefix = prefix
        self._times = times
        self._feeds = Feeds(self.node, prefix=prefix, times=times)
        self._histories = Histories(self._fetch)
        self._link: RedisLink | None = None
        self._up = asyncio.Event()
        self._ups = 0
        self._tokens = itertools.count(1)
        self._task: asyncio.Task[None] | None = None

    @property
    def healthy(self) -> bool:
        """Whether Redis is connected, and everything that was missed has been made up for."""
        return self._link is not None

    def attach(self, receiver: Receiver) -> None:
        """Tell who receives the messages for this process."""
        self._feeds.receiver = receiver

    async def start(self) -> None:
        """Connect; when that takes too long, it is gone on with while the application starts."""
        self._task = asyncio.create_task(self._keep_connected(), name="redis backplane")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._times.answer):
                await self._up.wait()

    async def stop(self) -> None:
        """Take this process's members out of all rooms, and disconnect; twice is harmless."""
        task, self._task = self._task, None
        if task is None:
            return
        try:
            if self._link is not None:
                async with asyncio.timeout(min(self._times.answer, UNSUBSCRIBE_SECONDS)):
                    await self._feeds.take_leave(self._link)
        except TimeoutError:
            logger.info("the backplane (%s) did not answer at the end; its members are forgotten in time", self._place)
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=self._times.answer)
            await self._histories.close()

    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        """Have Redis count a message and send it to all processes; its offset.

        Where the room keeps messages, whoever asked for that, Redis keeps whom it has taken the last ones from as well:
        what is sent again after a lost connection is then taken once. Elsewhere it is not taken again.
        """
        keys = self._feeds.keys(room)
        token, epoch = next(self._tokens), secrets.token_hex(4)
        origin, body = origin_of(self.node, kind, exclude), data.encode() if isinstance(data, str) else data

        def send(link: RedisLink, again: bool) -> Awaitable[Any]:
            return link.run_script(
                PUBLISH,
                (keys.head, keys.stream, keys.taken),
                *(keys.channel, whole(self._times.room), whole(self._times.presence), int(keep)),
                *(epoch, origin, body, token, int(again)),
            )

        offset = await self._call("publish()", room, send)
        if offset is None:
            raise BackplaneError("publish()", f"the connection to {self._place} was lost", room=room, unsure=True)
        return int(offset)

    async def enter(self, room: str, member: str, *, keep: int) -> int:
        """Count a session among the members, and hear the room from the return on; the offset of the last message."""
        feed = self._feeds.add(room, member)
        async with self._in_time("join()", room):
            while True:
                link = await self._linked()
                try:
                    return await self._feeds.enter(link, feed, member, keep=keep)
                except LinkLostError:
                    self._went_down(link)

    def leave(self, room: str, member: str) -> None:
        """Count a session no more."""
        self._feeds.remove(room, member)

    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        """Return the last messages that are kept, or those after an offset."""
        stream = self._feeds.keys(room).stream
        if since is not None:
            return await self._histories.since(room, stream, max(since, 0))
        return await self._histories.last(room, stream, last) if last > 0 else ()

    async def _fetch(self, room: str, command: tuple[Any, ...]) -> Any:
        return await self._call("the history", room, lambda link, _: link.send(*command))

    def offset(self, room: str) -> int:
        """Return the number of the last message that was heard in a room; 0 for none."""
        return self._feeds.offset(room)

    async def count(self, room: str) -> int:
        """Return how many members a room has in all processes."""
        return int(await self._census("count()", room, "count"))

    async def member_ids(self, room: str) -> tuple[str, ...]:
        """Return the ids of the members in all processes."""
        ids = await self._census("member_ids()", room, "ids")
        return tuple(member.decode() for member in ids)

    async def _census(self, call: str, room: str, wanted: str) -> Any:
        keys = self._feeds.keys(room)
        return await self._call(
            call, room, lambda link, _: link.run_script(CENSUS, (keys.nodes,), keys.members_of, wanted)
        )

    @asynccontextmanager
    async def _in_time(self, call: str, room: str) -> AsyncGenerator[_Attempt]:
        """Bound a call, and turn its errors into `BackplaneError`."""
        seconds, attempt = self._times.answer, _Attempt()
        try:
            async with asyncio.timeout(seconds):
                yield attempt
        except TimeoutError:
            unsure = attempt.was_sent or self._link is not None
            problem = f"{self._place} did not answer within {seconds:g} s"
            raise BackplaneError(call, problem, room=room, unsure=unsure) from None
        except RedisError as error:
            # What follows of a command that Redis does not know names the room.
            problem = f"{self._place} refuses: {str(error).partition(', with args beginning with')[0]}"
            raise BackplaneError(call, problem, room=room, unsure=attempt.was_sent) from error
        except _NotRunningError:
            problem = "it is not running; start the application's context first"
            raise BackplaneError("the backplane", problem, room=room, unsure=attempt.was_sent) from None

    async def _linked(self) -> RedisLink:
        if self._task is None:
            raise _NotRunningError
        while self._link is None:
            await self._up.wait()
        return self._link

    async def _call(self, call: str, room: str, send: Callable[[RedisLink, bool], Awaitable[Any]]) -> Any:
        """Ask Redis for something; again where a connection was lost.

        Args:
            call: What error messages call it.
            room: The room it is about.
            send: Asks, and is told whether that may have been done before.
        """
        async with self._in_time(call, room) as attempt:
            while True:
                link = await self._linked()
                try:
                    return await send(link, attempt.was_sent)
                except LinkLostError as lost:
                    self._went_down(link)
                    attempt.was_sent = attempt.was_sent or lost.sent

    async def _keep_connected(self) -> None:
        pause, told, ups = self._times.pause, False, 0
        while True:
            link = RedisLink(
                self._url,
                control=f"{self._prefix}:node:{self.node}",
                hear=self._feeds.hear,
                seconds=self._times.answer,
                interval=self._times.heartbeat,
            )
            try:
                await link.open()
                await until_first_ends(link.run(), self._use(link))
            except Exception as error:
                # Whatever it is: a process that gave up here would be deaf.
                if self._ups > ups:
                    pause, told, ups = self._times.pause, False, self._ups
                if not told:
                    logger.warning("the backplane (%s) is lost: %s; connecting again", self._place, _reason(error))
                    logger.debug("the backplane was lost", exc_info=error)
                told = True
            finally:
                self._went_down(link)
                await link.close()
            await asyncio.sleep(random.uniform(pause / 2, pause))
            pause = min(pause * 2, self._times.longest_pause)

    async def _use(self, link: RedisLink) -> None:
        await self._feeds.catch_up(link)
        logger.info("the backplane (%s) is connected", self._place)
        self._link = link
        self._ups += 1
        self._up.set()
        await until_first_ends(self._feeds.work_off(link), self._feeds.heartbeat(link))

    def _went_down(self, link: RedisLink) -> None:
        link.give_up()
        if self._link is link:
            self._link = None
            self._up.clear()


def place_of(url: str) -> str:
    """Return where a URL points, without what is secret."""
    parts = urlsplit(url)
    place = parts.path if parts.scheme == "unix" else f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
    return f"Redis at {place}"


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


if TYPE_CHECKING:
    _: Backplane = RedisBackplane("")
