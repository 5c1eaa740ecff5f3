"""What rooms need of whatever carries their messages, between processes or within one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfly.websocket.messages import FrameKind
    from pyfly.websocket.ports import Message

__all__ = ["Backplane", "Envelope", "Receiver"]


@final
class Envelope(NamedTuple):
    """A message on its way to the members of a room.

    Attributes:
        node: The process it comes from.
        epoch: The numbering its offset belongs to; a new one begins when the old one was lost.
        offset: Its number in the room. Numbers only grow, also from one epoch to the next.
        previous: The number of the message before it; 0 when nothing is known of one.
        room: The room's name.
        kind: The kind of frame that carries it.
        data: What the frame holds: str in a text frame, bytes in a binary one.
        exclude: The id of the session it is not for.
    """

    node: str
    epoch: str
    offset: int
    previous: int
    room: str
    kind: FrameKind
    data: str | bytes
    exclude: str | None

    @property
    def message(self) -> Message:
        """A new ASGI message with its data."""
        return {"type": "websocket.send", "text" if self.kind == "text" else "bytes": self.data}


class Receiver(Protocol):
    """The rooms of one process, as a backplane sees them."""

    def deliver(self, envelope: Envelope) -> None:
        """Hand a message to the members in this process; called in the order of the room's offsets."""
        ...

    def lost(self, room: str) -> None:
        """Take in that messages of a room with history cannot be had any more."""
        ...


class Backplane(Protocol):
    """Numbers the messages of rooms, keeps them, and carries them to every process with members.

    All methods are called from one event loop.
    """

    @property
    def node(self) -> str:
        """The name of this process among those that share the backplane."""
        ...

    @property
    def healthy(self) -> bool:
        """Whether messages are carried at the moment."""
        ...

    def attach(self, receiver: Receiver) -> None:
        """Tell who receives the messages for this process; called once, before anything else."""
        ...

    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        """Send a message to all members of a room, in this process as well.

        Args:
            room: The room's name.
            kind: The kind of frame that carries it.
            data: What the frame holds.
            exclude: The id of a session that does not get it.
            keep: How many messages of the room are kept at least.

        Returns:
            The message's offset.

        Raises:
            BackplaneError: It was not taken in time, or it is not known whether it was.
        """
        ...

    async def enter(self, room: str, member: str, *, keep: int) -> int:
        """Count a session among the members, and receive the room's messages from the return on.

        Returns:
            The offset of the room's last message, whoever has heard it; 0 when nothing is known of one.

        Raises:
            BackplaneError: That was not possible in time.
        """
        ...

    def leave(self, room: str, member: str) -> None:
        """Count a session no more, also one whose `enter` has failed; never fails, and waits for nothing."""
        ...

    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        """Return the last messages that are kept, or those after an offset, the oldest first.

        Whatever was delivered in this process before the call is among them, as far as it is kept.

        Raises:
            BackplaneError: They could not be had in time.
        """
        ...

    def offset(self, room: str) -> int:
        """Return the number of the last message that this process knows of in a room; 0 for none."""
        ...

    async def count(self, room: str) -> int:
        """Return how many members a room has in all processes.

        Raises:
            BackplaneError: It could not be told in time.
        """
        ...

    async def member_ids(self, room: str) -> tuple[str, ...]:
        """Return the ids of the sessions that are in a room, in all processes and in no particular order.

        Raises:
            BackplaneError: They could not be told in time.
        """
        ...
