# Generated from pyfly/websocket/outbox.py; edit that, then run: python -m tools.stubs
"""What waits to be sent to one client: in order, bounded, and without a task as long as the client keeps up."""

from collections.abc import Awaitable, Callable
from typing import Final, Literal, NamedTuple, Protocol, final

from pyfly.websocket.ports import Message

__all__ = ["DEFAULT_LIMITS", "Outbox", "OutboxLimits", "Overflow", "Recipient"]

Overflow = Literal["close", "drop_oldest", "drop_newest", "block"]
"""What happens to a client that does not keep up."""

@final
class OutboxLimits(NamedTuple):
    """How much may wait for one client: the ``outbox`` of ``@websocket_mapping``, or what the settings say.

    Attributes:
        messages: Messages that may wait.
        size: Bytes that may wait, and characters of text; what the server and the operating system hold comes on top.
        seconds: How long the first of them may wait.
        overflow: What happens when there is more: the session is closed with 1013, the oldest or the newest message is
            dropped, or whoever publishes waits. A client that takes nothing for `seconds` is closed with 1013 under
            ``block`` as well.
    """

    messages: int = 1024
    size: int = 512 * 1024
    seconds: float = 10.0
    overflow: Overflow = "close"
    def faults(self) -> dict[str, str]:
        """Return what is wrong with the bounds: what is expected of each that can never hold."""

DEFAULT_LIMITS: Final[OutboxLimits]

class Recipient(Protocol):
    """The session behind an outbox."""
    def taken(self) -> None:
        """Count a message that the server took."""
    def failed(self, error: Exception) -> None:
        """Take in that a message could not be sent."""
    def overflowed(self) -> None:
        """Take in that the client does not keep up."""

@final
class Outbox:
    """Sends messages one after the other, those of the handler and those that others post, in the order they came.

    A posted message that the server takes at once is sent then and there. When the server pushes back, a writer goes on
    with it and with what comes after it, and ends when nothing is left.

    Args:
        transmit: Sends one message; waits while the server pushes back.
        recipient: Who is told.
        limits: How much may wait.

    Attributes:
        dropped: How many posted messages were dropped, or given up with a client that did not keep up.
        taken: How many messages were taken out of the line.
        is_slow: Whether publishers do not wait for the client any more, until the line is empty.
    """

    dropped: int
    taken: int
    is_slow: bool
    def __init__(
        self, transmit: Callable[[Message], Awaitable[None]], recipient: Recipient, limits: OutboxLimits
    ) -> None: ...
    def __len__(self) -> int: ...
    async def send(self, message: Message) -> None:
        """Send a message behind all that waits, and wait until the server has taken it.

        Cancelling may lose the message, never half of it, and no other.

        Raises:
            BrokenPipeError: What waited was given up.
        """
    def post(self, message: Message) -> bool:
        """Send a message without waiting.

        Returns:
            Whether there was room for it; only ``block`` ever refuses.
        """
    def offer(self, message: Message) -> bool:
        """Send a message without waiting if there is room for it, whatever else happens where there is none."""
    async def space(self) -> None:
        """Wait until something may be posted again."""
    def make_room(self) -> None:
        """Let those who wait for space look again."""
    def look(self) -> None:
        """See whether the first message in line has waited for too long; called from time to time."""
    async def flush(self) -> None:
        """Wait until nothing waits to be sent."""
    async def drain(self) -> None:
        """Wait until all is sent; what the client does not take in time is given up."""
    def give_up(self) -> None:
        """Stop, since the client does not keep up: what waits counts as dropped."""
    def stop(self) -> None:
        """Give up what waits, and drop what comes; nobody will take it any more."""
    @property
    def is_crowded(self) -> bool:
        """Whether what waits fills more than a quarter of it."""
