# Generated from pyfly/websocket/rooms/membership.py; edit that, then run: python -m tools.stubs
"""The members of rooms in this process, and what they are sent."""

from collections.abc import Iterable
from typing import NamedTuple, final

from pyfly.websocket.rooms.ports import Envelope
from pyfly.websocket.session import WebSocketSession

__all__ = ["Departure", "Membership", "Memberships"]

@final
class Departure(NamedTuple):
    """What is to be said of a member that has left for good.

    Attributes:
        remaining: How many members remain in this process.
        had_arrived: Whether its joining had succeeded before.
    """

    remaining: int
    had_arrived: bool

@final
class Membership:
    """One room in this process.

    A session may join more than once, in nested calls say; it is a member until it has left as often, and gets every
    message once.

    Args:
        name: The room's name.
    """

    name: str
    def __init__(self, name: str) -> None: ...
    def __len__(self) -> int: ...
    @property
    def members(self) -> tuple[WebSocketSession, ...]:
        """The members in the order in which they joined."""
    def add(self, session: WebSocketSession, *, catching_up: bool) -> bool:
        """Add a session; whether it is a new member.

        Args:
            session: The session.
            catching_up: Whether a new member gets nothing before `catch_up` tells what it has missed.
        """
    async def catch_up(self, session: WebSocketSession, missed: Iterable[Envelope], *, heard: int = 0) -> None:
        """Send a member what it has missed, what comes meanwhile, and from now on whatever comes.

        Waits while the member has no room for more, however its outbox overflows: what it has missed may be more than
        an outbox holds.

        Args:
            session: The member.
            missed: What it has missed.
            heard: The offset of the last message that it had before, which this process may still have to hear.
        """
    def arrive(self, session: WebSocketSession) -> bool:
        """Take in that a joining has succeeded; whether the session still is a member."""
    def has_arrived(self, session: WebSocketSession) -> bool:
        """Tell whether a member's joining has succeeded."""
    def remove(self, session: WebSocketSession, *, entirely: bool = False) -> bool:
        """Remove a session once, or however often it has joined; whether it was a member and is none any more."""
    def deliver(self, envelope: Envelope) -> None:
        """Send a message to all members, each at its own pace.

        Only a member whose outbox blocks when it is full holds up what follows.
        """
    async def passed(self, offset: int) -> None:
        """Wait while a message is held back, as a member that blocks is full."""
    def close(self) -> None:
        """Hold nothing back any more."""
    def end(self) -> None:
        """Close all members, since messages were lost."""

@final
class Memberships:
    """All rooms that have members in this process: where a backplane delivers."""
    def __init__(self) -> None: ...
    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that have members."""
    def of(self, room: str) -> Membership | None:
        """Return the members of a room; None where there are none."""
    def open(self, room: str) -> Membership:
        """Return the members of a room, for one to be added."""
    def remove(self, room: str, session: WebSocketSession, *, entirely: bool) -> Departure | None:
        """Remove a session from a room; None when it was no member or still is one."""
    def deliver(self, envelope: Envelope) -> None:
        """Hand a message to the members of its room."""
    async def breathe(self) -> None:
        """Let others run where much was delivered without a pause, since posting to members never waits.

        Of many who publish at the same time, only one goes on for longer than a message before all others have run.
        """
    def lost(self, room: str) -> None:
        """Close the members of a room, whose messages cannot be had any more."""
    def close(self) -> None:
        """Hold nothing back any more."""
