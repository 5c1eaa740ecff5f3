# Generated from pyfly/websocket/attended.py; edit that, then run: python -m tools.stubs
"""Sessions that a handler runs for: read for when it waits elsewhere, and its end when the client has gone."""

from types import CodeType
from typing import Any, ClassVar, Final

from pyfly.websocket.attention import Attention
from pyfly.websocket.ports import Message
from pyfly.websocket.session_core import SessionCore

__all__ = ["LATELY", "NOT", "NOW", "PATIENCE_SECONDS", "STALL_SECONDS", "AttendedSession"]
NOW: Final = "now"
LATELY: Final = "lately"
NOT: Final = "not"

PATIENCE_SECONDS: Final = 10.0
"""The same where the client left messages to receive, or the handler may know of the end by a task of its own."""

STALL_SECONDS: Final = 30.0
"""How long an inbox may be full: whether its client is still there cannot be told."""

class AttendedSession(SessionCore):
    """What a session does for, and to, the handler that runs for it.

    While the handler waits for something else than a message, an inbox stands between it and the connection. When the
    session has ended, and the handler does not notice, it is cancelled; one that knows, since it was told or has ended
    the session itself, is left alone.
    """

    receivers: ClassVar[frozenset[CodeType]] = frozenset()
    """The code of the coroutines that receive one message, those of a class and of all it derives from."""
    def __init_subclass__(cls, **options: Any) -> None:
        """Note which coroutines of the class receive one message; it may have its own for any of them."""
    def attend(self, attention: Attention | None = None) -> None:
        """Tell that the current task runs the handler, to be cancelled when the session ends and it does not notice.

        Args:
            attention: Looks at the sessions of the running event loop; found out where it is not given.
        """
    def dismiss(self) -> bool:
        """Tell that the handler has returned or raised, and what follows is not to be cancelled.

        Returns:
            Whether it was cancelled for the session's end, and for nothing else.
        """
    def look(self) -> None:
        """See whether the handler listens: read for it when it does not, and end it when the session has ended.

        Called from time to time while it runs. A handler that has received something since the last look is left alone,
        so that one that works through what its client has sent before it went gets all of it. One that sends is told of
        the end by its next message.
        """
    def end(self, code: int, reason: str) -> None:
        """Close the session for somebody else than the handler, without waiting.

        The handler ends as if the client had left.
        """
    def departed(self, message: Message) -> None:
        """Take in that the client has gone, ahead of the handler, which first gets what lies in the inbox."""
    def caught_up(self) -> None:
        """Receive from the connection itself again."""
    def has_ending_to_learn(self) -> bool:
        """Whether `learn_ending` has anything to wait for."""
    async def learn_ending(self) -> None:
        """Wait for the close code of a session that a failed send has ended, and for a close that is on its way.

        No longer than a moment, after which the code stays 1006.
        """
