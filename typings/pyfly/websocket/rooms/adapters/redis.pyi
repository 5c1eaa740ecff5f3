# Generated from pyfly/websocket/rooms/adapters/redis.py; edit that, then run: python -m tools.stubs
"""The backplane of applications that are several processes: Redis, or Valkey."""

from collections.abc import Sequence
from typing import Final, final

from pyfly.websocket.messages import FrameKind
from pyfly.websocket.rooms.adapters.redis_times import DEFAULT_TIMES, RedisTimes
from pyfly.websocket.rooms.ports import Envelope, Receiver

__all__ = ["RedisBackplane", "RedisTimes"]

@final
class RedisBackplane:
    """Carries messages between processes through Redis 6 or newer, or Valkey.

    Each process has two connections: one hears the rooms that have members there, the other sends commands, many at
    once. When they are lost, they are made again for as long as it takes.

    Args:
        url: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user, password, database and options.
        prefix: What all names in Redis begin with: applications that share a server need different ones.
        times: How long things take and last.

    Raises:
        ValueError: The URL, or one of its options, is wrong.
    """

    node: Final[str]
    def __init__(self, url: str, *, prefix: str = "pyfly", times: RedisTimes = DEFAULT_TIMES) -> None: ...
    @property
    def healthy(self) -> bool:
        """Whether Redis is connected, and everything that was missed has been made up for."""
    def attach(self, receiver: Receiver) -> None:
        """Tell who receives the messages for this process."""
    async def start(self) -> None:
        """Connect; when that takes too long, it is gone on with while the application starts."""
    async def stop(self) -> None:
        """Take this process's members out of all rooms, and disconnect; twice is harmless."""
    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        """Have Redis count a message and send it to all processes; its offset.

        Where the room keeps messages, whoever asked for that, Redis keeps whom it has taken the last ones from as well:
        what is sent again after a lost connection is then taken once. Elsewhere it is not taken again.
        """
    async def enter(self, room: str, member: str, *, keep: int) -> int:
        """Count a session among the members, and hear the room from the return on; the offset of the last message."""
    def leave(self, room: str, member: str) -> None:
        """Count a session no more."""
    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        """Return the last messages that are kept, or those after an offset."""
    def offset(self, room: str) -> int:
        """Return the number of the last message that was heard in a room; 0 for none."""
    async def count(self, room: str) -> int:
        """Return how many members a room has in all processes."""
    async def member_ids(self, room: str) -> tuple[str, ...]:
        """Return the ids of the members in all processes."""
