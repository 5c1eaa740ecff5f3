# Generated from pyfly/websocket/rooms/__init__.py; edit that, then run: python -m tools.stubs
"""Rooms: one message for many sessions, none of which can hold up the others."""

from pyfly.websocket.outbox import OutboxLimits, Overflow
from pyfly.websocket.rooms.errors import BackplaneError
from pyfly.websocket.rooms.events import MemberJoined, MemberLeft, PresenceEvent
from pyfly.websocket.rooms.memory import MemoryBackplane
from pyfly.websocket.rooms.ports import Backplane, Envelope, Receiver
from pyfly.websocket.rooms.rooms import Room, Rooms

__all__ = [
    "Backplane",
    "BackplaneError",
    "Envelope",
    "MemberJoined",
    "MemberLeft",
    "MemoryBackplane",
    "OutboxLimits",
    "Overflow",
    "PresenceEvent",
    "Receiver",
    "Room",
    "Rooms",
]
