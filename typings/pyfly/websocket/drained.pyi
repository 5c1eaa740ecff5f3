# Generated from pyfly/websocket/drained.py; edit that, then run: python -m tools.stubs
"""Sessions that can be ended between two messages: what was received is answered, and what is owed is delivered."""

from collections.abc import Awaitable, Callable
from typing import Any

from pyfly.websocket.outbox import DEFAULT_LIMITS, OutboxLimits
from pyfly.websocket.ports import Connection, RawWebSocket
from pyfly.websocket.posted import PostedSession

__all__ = ["DrainedSession"]

class DrainedSession(PostedSession):
    """What a session does when its server stops.

    Args:
        connection: What to speak through.
        managed: Whether a handler runs for this session, and is to be told when it ends elsewhere; see `release`.
        on_accept: Called once the handshake is complete.
        outbox_limits: How much may wait for the client when others send to it.
    """
    def __init__(
        self,
        connection: Connection | RawWebSocket,
        *,
        managed: bool = False,
        on_accept: Callable[[Any], Awaitable[None]] | None = None,
        outbox_limits: OutboxLimits = DEFAULT_LIMITS,
    ) -> None: ...
    async def drain(self, code: int, reason: str, *, patience: float) -> None:
        """Let the handler finish the message it is on, and end the session then; it receives no other.

        Where the handler is on none, what waits in the outbox is sent, and the session closed; a message that arrives
        too late for that is dropped. Else the session is closed by the handler's next `receive`, after this has
        returned.

        Args:
            code: The close code.
            reason: A short explanation.
            patience: Seconds. A handler that has waited elsewhere for longer is not taken to be on a message.
        """
    async def give_up(self, code: int, reason: str) -> None:
        """End the session now, whatever its handler does; one that was not accepted is answered with 503."""
    def caught_up(self) -> None:
        """Receive from the connection itself again, unless nothing more is to be received."""
