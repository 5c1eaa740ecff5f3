"""Ends sessions whose clients send too many messages."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.log_fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.websocket.ports import Connection, Message
    from pyfly.websocket.session import WebSocketSession

__all__ = ["MeteredConnection"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


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

    __slots__ = ("_allowance", "_burst", "_connection", "_last", "_rate", "_receive", "session")

    def __init__(self, connection: Connection, *, rate: float, burst: int) -> None:
        self._connection: Final[Any] = connection
        self._receive: Callable[[], Awaitable[Message]] = connection.receive
        self._rate = rate
        self._burst = self._allowance = float(burst)
        self._last = time.monotonic()
        self.session: WebSocketSession | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def receive(self) -> Message:
        """Return the next message; a disconnect in the place of the one that is too many."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            return message
        now = time.monotonic()
        allowance = min(self._burst, self._allowance + (now - self._last) * self._rate) - 1
        self._last = now
        if allowance >= 0:
            self._allowance = allowance
            return message
        if self.session is not None and self.session.close_code is None:
            told = "%r: the client sends more than %g messages a second"
            logger.info(told, self.session, self._rate, extra=fields_of(self.session))
            self.session.end(CloseCode.POLICY_VIOLATION, "too many messages")
        return {"type": "websocket.disconnect", "code": CloseCode.POLICY_VIOLATION, "reason": "too many messages"}
