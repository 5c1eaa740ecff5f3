# Generated from pyfly/websocket/rooms/memberships.py; edit that, then run: python -m tools.stubs
"""The rooms that have members in this process, and who leaves them."""

from typing import NamedTuple, final

from pyfly.websocket.rooms.membership import Membership
from pyfly.websocket.rooms.ports import Envelope
from pyfly.websocket.session import WebSocketSession

__all__ = ["Departure", "Memberships"]

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
    def lost(self, room: str) -> None:
        """Close the members of a room, whose messages cannot be had any more."""
    def close(self) -> None:
        """Hold nothing back any more."""
