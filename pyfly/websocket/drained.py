"""Sessions that can be ended between two messages: what was received is answered, and what is owed is delivered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, NoReturn

from pyfly.websocket.attention import SWEEP_SECONDS
from pyfly.websocket.posted import PostedSession
from pyfly.websocket.session_core import SessionState

if TYPE_CHECKING:
    from pyfly.websocket.ports import Message

__all__ = ["DrainedSession"]


class DrainedSession(PostedSession):
    """What a session does when its server stops."""

    __slots__ = ("_farewell", "_farewell_said")
    _internal: ClassVar[tuple[str, ...]] = ("caught_up", "drain", "give_up")

    _farewell: tuple[int, str] | None
    _farewell_said: bool

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
        self._farewell = (code, reason)
        self._plug_farewell()
        if self.state is not SessionState.OPEN or self._is_on_a_message(patience):
            return
        if self._outbox is not None:
            await self._outbox.flush()
        # A handler that is about to be given a message, since its `receive` is done, gets the turn to take it.
        await asyncio.sleep(0)
        if not self._is_on_a_message(patience):
            await self._say_farewell(code, reason)

    async def give_up(self, code: int, reason: str) -> None:
        """End the session now, whatever its handler does; one that was not accepted is answered with 503."""
        if self.state is not SessionState.CONNECTING:
            await self._say_farewell(code, reason)
            return
        self._ended_elsewhere = True
        self.denied_for = "draining"
        await self.deny(503, "the server stops", headers={"Retry-After": "1"})

    def _is_on_a_message(self, patience: float) -> bool:
        if self.received == 0 or self._listening == "now":
            return False
        return self._idle_looks * SWEEP_SECONDS <= patience

    async def _receive_farewell(self) -> NoReturn:
        if self._farewell is not None:
            await self._say_farewell(*self._farewell)
        self._ended_elsewhere = True
        raise self._disconnect()

    async def _say_farewell(self, code: int, reason: str) -> None:
        """Close the session, and from then on give nothing to its handler, which could not answer any more."""
        if self.state is SessionState.OPEN:
            self._farewell_said = True
            await self.close(code, reason)

    async def _reject(self, message: Message, *, expected: str) -> NoReturn:
        if self._farewell_said and message["type"] != "websocket.disconnect":
            self._ended_elsewhere = True
            raise self._disconnect()
        await super()._reject(message, expected=expected)

    def _plug_farewell(self) -> None:
        if self._farewell is not None and self.state is SessionState.OPEN:
            self._receive = self._receive_farewell

    def caught_up(self) -> None:
        """Receive from the connection itself again, unless nothing more is to be received."""
        super().caught_up()
        self._plug_farewell()

    def _read_ahead(self, *, discard: bool = False) -> None:
        super()._read_ahead(discard=discard)
        self._plug_farewell()
