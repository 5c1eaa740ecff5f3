# Generated from pyfly/websocket/rooms/membership.py; edit that, then run: python -m tools.stubs
"""The members of one room in this process, and what they are sent."""

from collections.abc import Iterable
from typing import final

from pyfly.websocket.rooms.ports import Envelope
from pyfly.websocket.session import WebSocketSession

__all__ = ["Membership"]

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
