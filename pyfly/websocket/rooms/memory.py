"""The backplane of an application that is one process: a message is delivered in the call that publishes it."""

from __future__ import annotations

import secrets
import sys
import time
from array import array
from collections import deque
from typing import TYPE_CHECKING, Final, final

from pyfly.websocket.rooms.ports import Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.websocket.messages import FrameKind
    from pyfly.websocket.rooms.ports import Backplane, Receiver

__all__ = ["MemoryBackplane"]

IDLE_SECONDS: Final[float] = 24 * 60 * 60.0
"""How long messages are kept in a room without members in which nothing is published."""
IDLE_SIZE: Final[int] = 64 * 1024 * 1024
"""How much of them is kept in all such rooms together: bytes of memory, with names and all that Python adds."""
ROOM_SIZE: Final = 1350
"""Bytes of a room beside its name and messages: clients may name rooms, and one that is to keep some may have none."""
MESSAGE_SIZE: Final = 170
"""Bytes of a message that is kept, beside what it says and whom it is not for."""
_SWEEP_SECONDS: Final = 60.0


@final
class _Room:
    """What is known of one room.

    Attributes:
        epoch: Its numbering.
        name: Its name; the one object that all its messages name it by.
        offset: The number of its last message.
        previous: That of the last message, or 0 where the numbering has just begun.
        kept: The last messages.
        size: Bytes of memory of the room with its messages; as of when it was last weighed.
        sizes: Those of its messages, while nobody is there: their texts take more once a server has read them.
        members: Who is there.
        used: When something was last published, in seconds of `time.monotonic`.
    """

    __slots__ = ("epoch", "kept", "members", "name", "offset", "previous", "size", "sizes", "used")

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.epoch = secrets.token_hex(4)
        self.offset = start
        self.previous = 0
        self.kept: deque[Envelope] = deque(maxlen=0)
        self.size = 0
        self.sizes: array[int] | None = None
        self.members: dict[str, None] = {}
        self.used = time.monotonic()

    def keep(self, count: int) -> None:
        if count > (self.kept.maxlen or 0):
            self.kept = deque(self.kept, maxlen=count)

    def add(self, envelope: Envelope) -> None:
        if not self.kept.maxlen:
            return
        if self.sizes is not None:
            if len(self.kept) == self.kept.maxlen:
                self.size -= self.sizes.pop(0)
            self.sizes.append(_size_of(envelope))
            self.size += self.sizes[-1]
        self.kept.append(envelope)

    def weigh(self) -> None:
        """Find out how much the room takes, as it has no members now."""
        if self.sizes is None:
            self.sizes = array("Q", map(_size_of, self.kept))
            self.size = ROOM_SIZE + sys.getsizeof(self.name) + sum(self.sizes)


def _size_of(envelope: Envelope) -> int:
    exclude = 0 if envelope.exclude is None else sys.getsizeof(envelope.exclude)
    return MESSAGE_SIZE + sys.getsizeof(envelope.data) + exclude


@final
class MemoryBackplane:
    """Carries messages within one process, without waiting for anything.

    Offsets continue those of earlier processes, as they begin at the clock's microseconds.

    Args:
        idle_seconds: How long messages are kept in a room without members in which nothing is published.
        idle_size: Bytes of memory that all such rooms may take together; those go first that have not been used for
            longest.
    """

    __slots__ = (
        "_idle",
        "_idle_held",
        "_idle_seconds",
        "_idle_size",
        "_receiver",
        "_rooms",
        "_start",
        "_swept",
        "node",
    )

    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, idle_size: int = IDLE_SIZE) -> None:
        self.node: Final[str] = secrets.token_hex(8)
        self._idle_seconds = idle_seconds
        self._idle_size = idle_size
        # Rooms without members, the one first that has not been used for longest, and what they keep together.
        self._idle: dict[str, _Room] = {}
        self._idle_held = 0
        self._receiver: Receiver | None = None
        self._rooms: dict[str, _Room] = {}
        self._start = 0
        self._swept = time.monotonic()

    @property
    def healthy(self) -> bool:
        """Whether messages are carried: always."""
        return True

    def attach(self, receiver: Receiver) -> None:
        """Tell who receives the messages."""
        self._receiver = receiver

    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        """Deliver a message to all members; its offset."""
        found = self._rooms.get(room)
        if found is None:
            if not keep:
                return self._new_start()  # nobody hears it, and nothing is kept
            found = self._open(room)
        self._occupy(room)
        found.keep(keep)
        found.used = time.monotonic()
        found.offset += 1
        envelope = Envelope(self.node, found.epoch, found.offset, found.previous, found.name, kind, data, exclude)
        found.previous = found.offset
        found.add(envelope)
        self._vacate(found)
        if self._receiver is not None:
            self._receiver.deliver(envelope)
        return envelope.offset

    async def enter(self, room: str, member: str, *, keep: int) -> int:
        """Count a session among the members; the offset of the last message."""
        found = self._rooms.get(room) or self._open(room)
        self._occupy(room)
        found.keep(keep)
        found.members[member] = None
        found.sizes = None
        return found.previous

    def leave(self, room: str, member: str) -> None:
        """Count a session no more."""
        found = self._rooms.get(room)
        if found is not None:
            found.members.pop(member, None)
            self._occupy(room)
            self._vacate(found)

    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        """Return the last messages that are kept, or those after an offset."""
        found = self._rooms.get(room)
        if found is None:
            return ()
        if since is not None:
            return [envelope for envelope in found.kept if envelope.offset > since]
        return list(found.kept)[-last:] if last else []

    def offset(self, room: str) -> int:
        """Return the number of the last message in a room; 0 for none."""
        found = self._rooms.get(room)
        return 0 if found is None else found.previous

    async def count(self, room: str) -> int:
        """Return how many members a room has."""
        return len(await self.member_ids(room))

    async def member_ids(self, room: str) -> tuple[str, ...]:
        """Return the ids of the members."""
        found = self._rooms.get(room)
        return () if found is None else tuple(found.members)

    def _open(self, name: str) -> _Room:
        self._forget_idle_rooms()
        room = self._rooms[name] = _Room(name, self._new_start())
        return room

    def _new_start(self) -> int:
        """Return where a numbering begins: behind all that were there before, in earlier processes as well."""
        self._start = max(self._start + 1, time.time_ns() // 1000)
        return self._start

    def _occupy(self, name: str) -> None:
        """Take a room from those that are idle."""
        room = self._idle.pop(name, None)
        if room is not None:
            self._idle_held -= room.size

    def _vacate(self, room: _Room) -> None:
        """Put a room without members behind those that are idle, and forget the first ones where that is too much."""
        if room.members:
            return
        if not room.kept.maxlen:
            del self._rooms[room.name]
            return
        room.weigh()
        self._idle[room.name] = room
        self._idle_held += room.size
        while self._idle_held > self._idle_size:
            self._forget(next(iter(self._idle)))

    def _forget_idle_rooms(self) -> None:
        now = time.monotonic()
        if now - self._swept < min(_SWEEP_SECONDS, self._idle_seconds):
            return
        self._swept = now
        for name, room in tuple(self._idle.items()):
            if now - room.used > self._idle_seconds:
                self._forget(name)

    def _forget(self, name: str) -> None:
        self._occupy(name)
        del self._rooms[name]


if TYPE_CHECKING:
    _: Backplane = MemoryBackplane()
