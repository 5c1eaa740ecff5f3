"""All rooms with members in one process: which are heard, and who Redis knows to be there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.websocket.rooms.adapters.redis_feed import Feed
from pyfly.websocket.rooms.adapters.redis_link import LinkLostError
from pyfly.websocket.rooms.adapters.redis_rooms import BEAT, ENTER, Head, Keys
from pyfly.websocket.rooms.adapters.redis_times import whole
from pyfly.websocket.rooms.adapters.tasks import until_all_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyfly.websocket.rooms.adapters.redis_link import RedisLink
    from pyfly.websocket.rooms.adapters.redis_times import RedisTimes
    from pyfly.websocket.rooms.ports import Receiver

__all__ = ["Feeds"]

CHUNK: Final = 500
"""How many rooms or members are named at once."""
CHORUS: Final = 100
"""For how many rooms a process says at once that it is there: Redis does nothing else meanwhile."""


@final
class Feeds:
    """Keeps Redis and one process of one mind about the process's rooms and members, from connection to connection.

    Args:
        node: The process.
        prefix: What all names in Redis begin with.
        times: How long things take and last.

    Attributes:
        receiver: Who gets the messages.
    """

    __slots__ = ("_by_channel", "_by_room", "_departures", "_gaps", "_node", "_prefix", "_times", "_work", "receiver")

    def __init__(self, node: str, *, prefix: str, times: RedisTimes) -> None:
        self.receiver: Receiver | None = None
        self._node = node
        self._prefix = prefix
        self._times = times
        self._by_room: dict[str, Feed] = {}
        self._by_channel: dict[str, Feed] = {}
        # What is to be done as soon as possible: for members that have left, by room, and for rooms that show a gap.
        self._departures: dict[str, list[str]] = {}
        self._gaps: list[Feed] = []
        self._work = asyncio.Event()

    def __len__(self) -> int:
        return len(self._by_room)

    def keys(self, room: str) -> Keys:
        """Return a room's names in Redis."""
        feed = self._by_room.get(room)
        return Keys(self._prefix, room, self._node) if feed is None else feed.keys

    def offset(self, room: str) -> int:
        """Return the number of the last message that was heard in a room; 0 for none."""
        feed = self._by_room.get(room)
        return 0 if feed is None else feed.position or 0

    def hear(self, channel: str, message: bytes) -> None:
        """Take a message that was published."""
        feed = self._by_channel.get(channel)
        if feed is not None:
            feed.hear(message)

    def add(self, room: str, member: str) -> Feed:
        """Count a member here; `enter` tells Redis."""
        feed = self._by_room.get(room)
        if feed is None:
            assert self.receiver is not None, "attach() comes first"
            feed = Feed(room, self.keys(room), self.receiver, self._note_gap)
            self._by_room[room] = self._by_channel[feed.keys.channel] = feed
        feed.members[member] = None
        return feed

    def remove(self, room: str, member: str) -> None:
        """Count a member no more; Redis is told as soon as possible."""
        feed = self._by_room.get(room)
        if feed is not None:
            feed.members.pop(member, None)
            self._departures.setdefault(room, []).append(member)
            self._work.set()

    async def enter(self, link: RedisLink, feed: Feed, member: str, *, keep: int) -> int:
        """Tell Redis of a member, and hear its room.

        Returns:
            The offset of the room's last message.

        Raises:
            LinkLostError: The connection is gone.
            RedisError: Redis refuses.
        """
        if feed.link is not link:
            async with feed.changing:
                if feed.link is not link:
                    return await self._begin(link, feed, keep=keep)
        # The room is heard already. As it has a member now, that stays so: many may join it at the same time.
        head = await self._tell(link, feed, (member,), keep=keep)
        feed.keep = max(feed.keep, head.keep)
        return head.offset

    async def _begin(self, link: RedisLink, feed: Feed, *, keep: int) -> int:
        link.check()
        feed.hold()
        await link.subscribe([feed.keys.channel])
        head = await self._tell(link, feed, tuple(feed.members), keep=keep)
        await self._hear_on(link, feed, head)
        return head.offset

    async def _hear_on(self, link: RedisLink, feed: Feed, head: Head) -> None:
        """Make up for what was missed; whoever does so has the feed to itself, as members may take their time."""
        await feed.catch_up(link, head)
        link.check()
        feed.link = link

    async def catch_up(self, link: RedisLink) -> None:
        """Hear on a new connection what was heard before, and make up for what was missed meanwhile."""
        feeds = list(self._by_room.values())
        for start in range(0, len(feeds), CHUNK):
            chunk = feeds[start : start + CHUNK]
            for feed in chunk:
                feed.hold()
            await link.subscribe([feed.keys.channel for feed in chunk])
            await until_all_end(*(self._catch_up_with(link, feed) for feed in chunk))

    async def _catch_up_with(self, link: RedisLink, feed: Feed) -> None:
        async with feed.changing:
            feed.hold()
            link.send("DEL", feed.keys.members)
            await self._hear_on(link, feed, await self._tell(link, feed, tuple(feed.members)))

    async def work_off(self, link: RedisLink) -> None:
        """Take out members that have left, hear rooms without any no more, and fill gaps; never ends by itself."""
        while True:
            departures, self._departures = self._departures, {}
            gaps, self._gaps = self._gaps, []
            try:
                await self._take_out(link, departures)
            except BaseException:
                # The next connection has it to do again; what is done twice does no harm.
                for room, members in departures.items():
                    self._departures.setdefault(room, []).extend(members)
                raise
            for feed in gaps:
                async with feed.changing:
                    if feed.link is link:
                        await self._hear_on(link, feed, await self._tell(link, feed, ()))
            await self._work.wait()
            self._work.clear()

    async def _take_out(self, link: RedisLink, departures: Mapping[str, Sequence[str]]) -> None:
        sent: list[asyncio.Future[Any]] = []
        for room, members in departures.items():
            feed = self._by_room.get(room)
            if feed is None or not feed.members:
                sent += self._take_leave_of(link, self.keys(room))
                continue
            gone = [member for member in members if member not in feed.members]
            for start in range(0, len(gone), CHUNK):
                sent.append(link.send("SREM", feed.keys.members, *gone[start : start + CHUNK]))
        for outcome in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(outcome, LinkLostError):
                raise outcome
        for room in departures:
            await self._close(link, room)

    async def heartbeat(self, link: RedisLink) -> None:
        """Say from time to time that this process is there, with all its members; never ends by itself."""
        while True:
            feeds = list(self._by_room.values())
            chunks = [feeds[start : start + CHORUS] for start in range(0, len(feeds), CHORUS)] or [feeds]
            for chunk in chunks:  # one after the other, as those who publish wait behind each
                await asyncio.sleep(self._times.heartbeat / len(chunks))
                await self._beat(link, [feed for feed in chunk if feed.members and feed.link is link])

    async def _beat(self, link: RedisLink, feeds: Sequence[Feed]) -> None:
        if not feeds:
            return
        times = self._times
        names = [
            key for keys in (feed.keys for feed in feeds) for key in (keys.members, keys.nodes, keys.head, keys.stream)
        ]
        forgotten: list[int] = await link.run_script(BEAT, names, whole(times.room), whole(times.presence), self._node)
        for place in forgotten:
            await self._tell(link, feeds[place], tuple(feeds[place].members))

    async def take_leave(self, link: RedisLink) -> None:
        """Have Redis forget all members of this process."""
        sent = [reply for feed in self._by_room.values() for reply in self._take_leave_of(link, feed.keys)]
        await asyncio.gather(*sent, return_exceptions=True)

    def _take_leave_of(self, link: RedisLink, keys: Keys) -> tuple[asyncio.Future[Any], asyncio.Future[Any]]:
        """Take this process out of a room; whoever joins from here on is told of behind that."""
        return link.send("DEL", keys.members), link.send("SREM", keys.nodes, self._node)

    async def _tell(self, link: RedisLink, feed: Feed, members: Sequence[str], *, keep: int = 0) -> Head:
        """Tell Redis of members; where the room stands."""
        keys, times = feed.keys, self._times
        reply: Any = None
        for start in range(0, max(len(members), 1), CHUNK):
            reply = await link.run_script(
                ENTER,
                (keys.head, keys.members, keys.nodes),
                *(whole(times.room), whole(times.presence), keep, self._node),
                *(member for member in members[start : start + CHUNK] if member in feed.members),
            )
        return Head.of(reply)

    async def _close(self, link: RedisLink, room: str) -> None:
        feed = self._by_room.get(room)
        if feed is None or feed.members:
            return
        async with feed.changing:
            if feed.members:
                return
            feed.reset()
            await link.unsubscribe(feed.keys.channel)
            if not feed.members:
                del self._by_room[room], self._by_channel[feed.keys.channel]

    def _note_gap(self, feed: Feed) -> None:
        self._gaps.append(feed)
        self._work.set()
