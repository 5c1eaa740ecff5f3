# Generated from pyfly/websocket/rooms/adapters/redis_times.py; edit that, then run: python -m tools.stubs
"""How long things take and last with Redis."""

from typing import Final, NamedTuple, final

__all__ = ["DEFAULT_TIMES", "RedisTimes", "whole"]

@final
class RedisTimes(NamedTuple):
    """How long things take and last, in seconds.

    Attributes:
        answer: How long Redis may take to answer, and a call to succeed.
        heartbeat: How often a process says that it is there, and asks whether Redis is.
        presence: How long the members of a process that says nothing more are counted.
        room: How long a room in which nothing happens is remembered, with the messages that are kept.
        pause: How long to wait before connecting again; doubled each time, and varied by chance.
        longest_pause: The most of that.
    """

    answer: float = 5.0
    heartbeat: float = 5.0
    presence: float = 20.0
    room: float = 24 * 60 * 60.0
    pause: float = 0.1
    longest_pause: float = 5.0

DEFAULT_TIMES: Final[RedisTimes]

def whole(seconds: float) -> int:
    """Return whole seconds, as keys last in Redis."""
