# Generated from pyfly/websocket/rooms/events.py; edit that, then run: python -m tools.stubs
"""Application events about who is in a room."""

from dataclasses import dataclass
from typing import final

from pyfly.websocket.session import WebSocketSession

__all__ = ["MemberJoined", "MemberLeft", "PresenceEvent"]

@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceEvent:
    """Base of the presence events; listen for this class to hear all of them.

    Attributes:
        room: The room's name.
        session: The member.
        members: How many members the room has in this process afterwards.
    """

    room: str
    session: WebSocketSession
    members: int

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(PresenceEvent):
    """A session has joined a room, and receives what is published there."""

@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(PresenceEvent):
    """A session has left a room, or has ended in it."""
