# Generated from pyfly/websocket/security/rate.py; edit that, then run: python -m tools.stubs
"""Ends sessions whose clients send too many messages."""

from typing import Any, final

from pyfly.websocket.ports import Connection, Message
from pyfly.websocket.session import WebSocketSession

__all__ = ["MeteredConnection"]

@final
class MeteredConnection:
    """A connection that gives messages at no more than a rate; only sessions with such a limit speak through one.

    A client has an allowance of `burst` messages, which fills up at `rate` a second. The message that goes beyond it
    is not given out: it ends the session with 1008.

    Args:
        connection: What to receive from.
        rate: Messages a second.
        burst: Messages at once.
    """

    session: WebSocketSession | None
    def __init__(self, connection: Connection, *, rate: float, burst: int) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
    async def receive(self) -> Message:
        """Return the next message; a disconnect in the place of the one that is too many."""
