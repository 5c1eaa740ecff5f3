# Generated from pyfly/websocket/posted.py; edit that, then run: python -m tools.stubs
"""Sessions that others send to as well: everything in order, and nobody held up by a client that does not keep up."""

from collections.abc import Awaitable, Callable
from typing import Final

from pyfly.websocket.attended import AttendedSession
from pyfly.websocket.ports import Message

__all__ = ["BREATH", "PostedSession"]

BREATH: Final = 256
"""After how many messages a sender lets others run, since writing to a server that keeps up never waits.

At ten microseconds a message, nobody waits for longer than three milliseconds for one sender.
"""

class PostedSession(AttendedSession):
    """What a session does for those who send to its client beside the handler, such as rooms.

    Once there are any, an outbox keeps everything that is sent in order.
    """
    def when_ended(self, call: Callable[[], Awaitable[object]]) -> Callable[[], None]:
        """Have something done when the handler has ended, where there is one.

        Returns:
            What takes that back.
        """
    async def carry_out_endings(self) -> None:
        """Do what was to be done when the handler has ended."""
    def check_open(self, call: str) -> None:
        """Make sure that messages can be sent.

        Raises:
            SessionStateError: The session is not open.
            WebSocketDisconnect: The client has left.
        """
    def open_outbox(self) -> None:
        """Keep what the handler sends in order with what is posted from now on."""
    def post(self, message: Message) -> bool:
        """Send an ASGI message for somebody else than the handler, without waiting; it is dropped after the end.

        Returns:
            Whether there was room for it; where there was none, `space` waits for it.
        """
    def offer(self, message: Message) -> bool:
        """Send an ASGI message as `post` does if there is room for it, and change nothing if there is none."""
    async def space(self) -> None:
        """Wait until something may be posted again."""
    def stop_waiting(self) -> None:
        """Let those who wait for space look again."""
    @property
    def waiting(self) -> int:
        """How many messages wait for the client to take them."""
    @property
    def dropped(self) -> int:
        """How many messages were dropped, as the client did not keep up."""
    def taken(self) -> None:
        """Count a posted message that the server took."""
    def failed(self, error: Exception) -> None:
        """Take in that a posted message could not be sent, most often because the client has gone."""
    def overflowed(self) -> None:
        """Close the session, since its client does not keep up."""
    def look(self) -> None:
        """See to the outbox as well."""
    def expire(self) -> None:
        """End the session without waiting, since `expires_at` has passed: deny it, or close it once it is accepted."""
    def end(self, code: int, reason: str) -> None:
        """Close the session for somebody else than the handler; what still waits is given up."""
    def release(self) -> bool:
        """Tell that the handler has ended: nothing reads or writes for it, and what is sent after the end is dropped.

        Returns:
            Whether there is anything to be done now; see `carry_out_endings`.
        """
