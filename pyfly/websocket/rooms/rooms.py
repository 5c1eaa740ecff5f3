"""Rooms: named groups of sessions that are sent the same messages."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, Never, final, overload

from typing_extensions import TypeVar

from pyfly.container import pre_destroy
from pyfly.events import EventPublisher  # noqa: TC001  # the container reads it
from pyfly.websocket.crowding import Crowding
from pyfly.websocket.messages import codec_for
from pyfly.websocket.rooms.events import MemberJoined, MemberLeft
from pyfly.websocket.rooms.memberships import Memberships
from pyfly.websocket.rooms.memory import MemoryBackplane
from pyfly.websocket.rooms.ports import Backplane  # noqa: TC001  # the container reads it

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from pyfly.websocket.messages import FrameKind
    from pyfly.websocket.ports import Message
    from pyfly.websocket.rooms.memberships import Departure
    from pyfly.websocket.rooms.ports import Envelope
    from pyfly.websocket.session import WebSocketSession

__all__ = ["Room", "Rooms"]

LARGEST_OFFSET: Final = 2**63 - 1
"""Beyond all offsets, and still a number that any backplane takes."""

Out = TypeVar("Out", default=Any)
Out_contra = TypeVar("Out_contra", contravariant=True, default=Any)


@final
class Room(Generic[Out_contra]):
    """A room to publish in; made by `Rooms.room` and `Rooms.join`.

    Args:
        name: The room's name.
        memberships: Who is in the rooms of this process.
        backplane: What carries messages.
        encode: Turns a message into an ASGI message.
        keep: How many messages are kept at least.
        has_gap: Whether the member that has joined has missed more than it is sent.

    Attributes:
        name: The room's name.
        has_gap: Whether a member that has joined with ``since`` has missed messages that are not kept any more, as far
            as is known; where the numbering has begun anew, it may have.
    """

    __slots__ = ("_backplane", "_encode", "_keep", "_memberships", "has_gap", "name")

    def __init__(
        self,
        name: str,
        *,
        memberships: Memberships,
        backplane: Backplane,
        encode: Callable[[Any], Message],
        keep: int,
        has_gap: bool = False,
    ) -> None:
        self.name = name
        self.has_gap = has_gap
        self._memberships = memberships
        self._backplane = backplane
        self._encode = encode
        self._keep = keep

    @property
    def members(self) -> tuple[WebSocketSession, ...]:
        """The sessions of this process that are in the room, in the order in which they joined."""
        membership = self._memberships.of(self.name)
        return () if membership is None else membership.members

    @property
    def offset(self) -> int:
        """The number of the last message that this process has heard here; what `Rooms.join` takes as ``since``.

        Numbers grow by one with each message, and are never given again; where they begin is not said. It is 0 where
        nothing was heard.
        """
        return self._backplane.offset(self.name)

    async def count(self) -> int:
        """Return how many members the room has, in all processes.

        Raises:
            BackplaneError: It cannot be told.
        """
        return await self._backplane.count(self.name)

    async def member_ids(self) -> tuple[str, ...]:
        """Return the ids of the sessions that are in the room, in all processes and in no particular order.

        Raises:
            BackplaneError: They cannot be told.
        """
        return await self._backplane.member_ids(self.name)

    async def publish(self, message: Out_contra, *, exclude: WebSocketSession | None = None) -> int:
        """Send a message to every member, in all processes.

        It is encoded once. Members that do not keep up delay neither the publisher nor each other: what happens to them
        is said by their `OutboxLimits`. Every member gets the room's messages in the same order. Where a member of this
        process has ``overflow="block"``, this waits for it; cancelling then takes nothing back. After some hundreds of
        deliveries others run first, and where a burst fills half of a member's outbox that is closed on overflow, this
        waits some milliseconds for the member to take it; a member that takes nothing in fifty of them is slow.

        Args:
            message: A message of the room's type.
            exclude: A member that does not get it, such as the one it comes from.

        Returns:
            The message's offset in the room.

        Raises:
            TypeError: The message is not of the room's type.
            ValueError: It is text that UTF-8 cannot write.
            BackplaneError: Other processes cannot be reached, and the message was not published, or may not have been.
        """
        frame = self._encode(message)
        text: str | None = frame.get("text")
        kind: FrameKind = "binary" if text is None else "text"
        data: str | bytes = frame["bytes"] if text is None else text
        if text is not None and not text.isascii():
            _check_text(text)
        excluded = None if exclude is None else exclude.id
        crowding = Crowding.here()
        crowding.count(1)
        await crowding.ease()
        offset = await self._backplane.publish(self.name, kind, data, exclude=excluded, keep=self._keep)
        membership = self._memberships.of(self.name)
        if membership is not None:
            await membership.passed(offset)
        return offset


@final
class Rooms:
    """All rooms; a bean that can be injected.

    A room exists while it has members or keeps messages; nobody needs to make one.

    Args:
        backplane: What carries messages; by default they stay in this process.
        events: Where joining and leaving are announced; None for nowhere.
    """

    __slots__ = ("_backplane", "_events", "_memberships")

    def __init__(self, backplane: Backplane | None = None, events: EventPublisher | None = None) -> None:
        self._backplane = MemoryBackplane() if backplane is None else backplane
        self._events = events
        self._memberships = Memberships()
        self._backplane.attach(self._memberships)

    @property
    def names(self) -> tuple[str, ...]:
        """The rooms that have members in this process."""
        return self._memberships.rooms

    @overload
    def room(self, name: str, *, frames: FrameKind = "text", keep: int = 0) -> Room: ...

    @overload
    def room(self, name: str, message_type: type[Out], *, frames: FrameKind = "text", keep: int = 0) -> Room[Out]: ...

    def room(self, name: str, message_type: Any = Any, *, frames: FrameKind = "text", keep: int = 0) -> Room[Any]:
        """Return a room, for a service or an HTTP handler to publish in.

        Args:
            name: The room's name.
            message_type: What is published there; anything by default.
            frames: The kind of frame that carries JSON messages.
            keep: How many messages are kept for members that join later; of all that is asked for, the most counts.

        Raises:
            MessageTypeError: The type can never be sent.
            ValueError: The name is no text that UTF-8 can write.
        """
        _check_name(name)
        return self._room(name, codec_for(Never, message_type, frames=frames).encode, keep)

    @asynccontextmanager
    async def join(
        self,
        name: str,
        session: WebSocketSession[Any, Out],
        *,
        keep: int = 0,
        last: int = 0,
        since: int | None = None,
    ) -> AsyncGenerator[Room[Out]]:
        """Make a session a member for as long as the context is open, or until the session has ended.

        What the member has missed is sent to it before anything new, without a gap or a double.

        Args:
            name: The room's name.
            session: The session, accepted already.
            keep: How many messages are kept for members that join later; of all that is asked for, the most counts.
            last: How many of the messages that are kept the member is sent at once.
            since: The offset after which it is sent all that is kept, instead of the last ones. It may come from a
                client, as ``last`` may: numbers that are too small or too large stand for the nearest that are not.

        Yields:
            The room, whose messages are those that the session sends; ``has_gap`` tells whether all that the member has
            missed was kept.

        Raises:
            SessionStateError: The session is not open.
            ValueError: The name is no text that UTF-8 can write.
            BackplaneError: Other processes cannot be reached.
        """
        session.check_open("join()")
        _check_name(name)
        last = min(max(last, 0), LARGEST_OFFSET)
        since = None if since is None else min(max(since, 0), LARGEST_OFFSET)
        has_gap = False
        catching_up = bool(last) or since is not None
        membership = self._memberships.open(name)
        is_new = membership.add(session, catching_up=catching_up)
        forget: Callable[[], None] | None = None
        try:
            if is_new:
                forget = session.when_ended(lambda: self._leave_at_end(name, session))
                newest = await self._backplane.enter(name, session.id, keep=keep)
                if catching_up:
                    missed = await self._backplane.kept(name, last=last, since=since)
                    has_gap = since is not None and _lack_some(missed, since=since, newest=newest)
                    await membership.catch_up(session, missed, heard=min(since or 0, newest))
                if membership.arrive(session) and self._is_heard(MemberJoined):
                    await self._announce(MemberJoined, name, session, len(membership.members))
            yield self._room(name, session.codec.encode, keep, has_gap=has_gap)
        finally:
            departure = self._take_out(name, session)
            if departure is not None:
                if forget is not None:
                    forget()
                if departure.had_arrived:
                    await self._tell_of_leaving(name, session, departure.remaining)

    @pre_destroy
    def close(self) -> None:
        """Stop delivering what is held back; called when the context stops."""
        self._memberships.close()

    def _take_out(self, name: str, session: WebSocketSession, *, entirely: bool = False) -> Departure | None:
        """Count a session no more; None when it was no member or still is one."""
        departure = self._memberships.remove(name, session, entirely=entirely)
        if departure is not None:
            self._backplane.leave(name, session.id)
        return departure

    def _leave_at_end(self, name: str, session: WebSocketSession) -> Awaitable[None] | None:
        """Leave a room for good, and return what tells its listeners."""
        departure = self._take_out(name, session, entirely=True)
        if departure is None or not departure.had_arrived or not self._is_heard(MemberLeft):
            return None
        return self._announce(MemberLeft, name, session, departure.remaining)

    async def _tell_of_leaving(self, name: str, session: WebSocketSession, remaining: int) -> None:
        """Announce a leaving, unless the session has ended: then that is done, in time, when its handler has ended."""
        if not self._is_heard(MemberLeft):
            return
        if session.is_ending:
            session.when_ended(lambda: self._announce(MemberLeft, name, session, remaining))
        else:
            await self._announce(MemberLeft, name, session, remaining)

    def _is_heard(self, kind: type[MemberJoined | MemberLeft]) -> bool:
        return self._events is not None and self._events.has_listeners(kind)

    async def _announce(
        self, kind: type[MemberJoined | MemberLeft], name: str, session: WebSocketSession, count: int
    ) -> None:
        if self._events is not None:
            await self._events.publish(kind(room=name, session=session, members=count))

    def _room(self, name: str, encode: Callable[[Any], Message], keep: int, *, has_gap: bool = False) -> Room[Any]:
        memberships, backplane = self._memberships, self._backplane
        return Room(name, memberships=memberships, backplane=backplane, encode=encode, keep=keep, has_gap=has_gap)


def _check_name(name: str) -> None:
    """Refuse a name that no other process could be told; what it says is not told, as it may come from a client."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        place = f"position {error.start}"
        raise ValueError(
            f"a room's name is text that UTF-8 can write, got half a surrogate pair; see {place}"
        ) from None


def _check_text(text: str) -> None:
    """Refuse a message that could be sent to no member; what it says is not told, as it may come from a client."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        place = f"position {error.start}"
        raise ValueError(
            f"publish(): a message is text that UTF-8 can write, got half a surrogate pair; see {place}"
        ) from None


def _lack_some(missed: Sequence[Envelope], *, since: int, newest: int) -> bool:
    """Tell whether messages after an offset are not among those that were kept, or may not be.

    An offset that is not the one before the first of them belongs to a numbering that is lost.
    """
    if not missed:
        return since != newest
    first = missed[0]
    if first.previous:
        return since != first.previous
    return 0 < since < first.offset - 1  # a numbering that has just begun does not know what was before
