# Generated from pyfly/websocket/rooms/rooms.py; edit that, then run: python -m tools.stubs
"""Rooms: named groups of sessions that are sent the same messages."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, final, overload

from typing_extensions import TypeVar

from pyfly.container import pre_destroy
from pyfly.events import EventPublisher
from pyfly.websocket.messages import FrameKind
from pyfly.websocket.ports import Message
from pyfly.websocket.rooms.memberships import Memberships
from pyfly.websocket.rooms.ports import Backplane
from pyfly.websocket.session import WebSocketSession

__all__ = ["Room", "Rooms"]

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

    name: str
    has_gap: bool
    def __init__(
        self,
        name: str,
        *,
        memberships: Memberships,
        backplane: Backplane,
        encode: Callable[[Any], Message],
        keep: int,
        has_gap: bool = False,
    ) -> None: ...
    @property
    def members(self) -> tuple[WebSocketSession, ...]:
        """The sessions of this process that are in the room, in the order in which they joined."""
    @property
    def offset(self) -> int:
        """The number of the last message that this process has heard here; what `Rooms.join` takes as ``since``.

        Numbers grow by one with each message, and are never given again; where they begin is not said. It is 0 where
        nothing was heard.
        """
    async def count(self) -> int:
        """Return how many members the room has, in all processes.

        Raises:
            BackplaneError: It cannot be told.
        """
    async def member_ids(self) -> tuple[str, ...]:
        """Return the ids of the sessions that are in the room, in all processes and in no particular order.

        Raises:
            BackplaneError: They cannot be told.
        """
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

@final
class Rooms:
    """All rooms; a bean that can be injected.

    A room exists while it has members or keeps messages; nobody needs to make one.

    Args:
        backplane: What carries messages; by default they stay in this process.
        events: Where joining and leaving are announced; None for nowhere.
    """
    def __init__(self, backplane: Backplane | None = None, events: EventPublisher | None = None) -> None: ...
    @property
    def names(self) -> tuple[str, ...]:
        """The rooms that have members in this process."""
    @overload
    def room(self, name: str, *, frames: FrameKind = "text", keep: int = 0) -> Room:
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
    @overload
    def room(self, name: str, message_type: type[Out], *, frames: FrameKind = "text", keep: int = 0) -> Room[Out]:
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
    @asynccontextmanager
    def join(
        self, name: str, session: WebSocketSession[Any, Out], *, keep: int = 0, last: int = 0, since: int | None = None
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
    @pre_destroy
    def close(self) -> None:
        """Stop delivering what is held back; called when the context stops."""
