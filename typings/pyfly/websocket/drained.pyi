# Generated from pyfly/websocket/drained.py; edit that, then run: python -m tools.stubs
"""Sessions that can be ended between two messages: what was received is answered, and what is owed is delivered."""

from pyfly.websocket.posted import PostedSession

__all__ = ["DrainedSession"]

class DrainedSession(PostedSession):
    """What a session does when its server stops."""
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
