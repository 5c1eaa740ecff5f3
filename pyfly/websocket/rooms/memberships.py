"""The rooms that have members in this process, and who leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

from pyfly.websocket.crowding import Crowding
from pyfly.websocket.rooms.membership import Membership

if TYPE_CHECKING:
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

    __slots__ = ("_of_rooms",)

    def __init__(self) -> None:
        self._of_rooms: dict[str, Membership] = {}

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that have members."""
        return tuple(self._of_rooms)

    def of(self, room: str) -> Membership | None:
        """Return the members of a room; None where there are none."""
        return self._of_rooms.get(room)

    def open(self, room: str) -> Membership:
        """Return the members of a room, for one to be added."""
        membership = self._of_rooms.get(room)
        if membership is None:
            membership = self._of_rooms[room] = Membership(room)
        return membership

    def remove(self, room: str, session: WebSocketSession, *, entirely: bool) -> Departure | None:
        """Remove a session from a room; None when it was no member or still is one."""
        membership = self._of_rooms.get(room)
        if membership is None:
            return None
        had_arrived = membership.has_arrived(session)
        if not membership.remove(session, entirely=entirely):
            return None
        remaining = len(membership)
        if not remaining:
            del self._of_rooms[room]
        return Departure(remaining, had_arrived)

    def deliver(self, envelope: Envelope) -> None:
        """Hand a message to the members of its room."""
        membership = self._of_rooms.get(envelope.room)
        if membership is not None:
            membership.deliver(envelope)
            Crowding.here().count(len(membership))

    def lost(self, room: str) -> None:
        """Close the members of a room, whose messages cannot be had any more."""
        membership = self._of_rooms.get(room)
        if membership is not None:
            membership.end()

    def close(self) -> None:
        """Hold nothing back any more."""
        for membership in self._of_rooms.values():
            membership.close()
