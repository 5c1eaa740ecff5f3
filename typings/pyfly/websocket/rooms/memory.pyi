# Generated from pyfly/websocket/rooms/memory.py; edit that, then run: python -m tools.stubs
"""The backplane of an application that is one process: a message is delivered in the call that publishes it."""

from collections.abc import Sequence
from typing import Final, final

from pyfly.websocket.messages import FrameKind
from pyfly.websocket.rooms.ports import Envelope, Receiver

__all__ = ["MemoryBackplane"]

IDLE_SECONDS: Final[float]
"""How long messages are kept in a room without members in which nothing is published."""
IDLE_SIZE: Final[int]
"""How much of them is kept in all such rooms together: bytes of memory, with names and all that Python adds."""

@final
class MemoryBackplane:
    """Carries messages within one process, without waiting for anything.

    Offsets continue those of earlier processes, as they begin at the clock's microseconds.

    Args:
        idle_seconds: How long messages are kept in a room without members in which nothing is published.
        idle_size: Bytes of memory that all such rooms may take together; those go first that have not been used for
            longest.
    """

    node: Final[str]
    def __init__(self, *, idle_seconds: float = IDLE_SECONDS, idle_size: int = IDLE_SIZE) -> None: ...
    @property
    def healthy(self) -> bool:
        """Whether messages are carried: always."""
    def attach(self, receiver: Receiver) -> None:
        """Tell who receives the messages."""
    async def publish(self, room: str, kind: FrameKind, data: str | bytes, *, exclude: str | None, keep: int) -> int:
        """Deliver a message to all members; its offset."""
    async def enter(self, room: str, member: str, *, keep: int) -> int:
        """Count a session among the members; the offset of the last message."""
    def leave(self, room: str, member: str) -> None:
        """Count a session no more."""
    async def kept(self, room: str, *, last: int = 0, since: int | None = None) -> Sequence[Envelope]:
        """Return the last messages that are kept, or those after an offset."""
    def offset(self, room: str) -> int:
        """Return the number of the last message in a room; 0 for none."""
    async def count(self, room: str) -> int:
        """Return how many members a room has."""
    async def member_ids(self, room: str) -> tuple[str, ...]:
        """Return the ids of the members."""
