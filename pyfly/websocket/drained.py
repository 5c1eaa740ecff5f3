"""Sessions that can be ended between two messages: what was received is answered, and what is owed is delivered."""

from __future__ import annotations

from typing import NoReturn

from pyfly.websocket.attended import NOW
from pyfly.websocket.attention import SWEEP_SECONDS
from pyfly.websocket.posted import PostedSession
from pyfly.websocket.session_core import SessionState

__all__ = ["DrainedSession"]


class DrainedSession(PostedSession):
    """What a session does when its server stops."""

    __slots__ = ("_farewell",)

    _farewell: tuple[int, str] | None

    async def drain(self, code: int, reason: str, *, patience: float) -> None:
        """Let the handler finish the message it is on, and end the session then; it receives no other.

        Where the handler is on none, what waits in the outbox is sent, and the session closed. Else it is closed by the
        handler's next `receive`, after this has returned.

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
        # It may have been handed a message that was on its way.
        if not self._is_on_a_message(patience):
            await self.close(code, reason)

    async def give_up(self, code: int, reason: str) -> None:
        """End the session now, whatever its handler does; one that was not accepted is answered with 503."""
        if self.state is not SessionState.CONNECTING:
            await self.close(code, reason)
            return
        self._ended_elsewhere = True
        await self.refuse()

    async def refuse(self) -> None:
        """Refuse the handshake with 503, as the server stops."""
        self.denied_for = "draining"
        await self.deny(503, "the server stops", headers={"Retry-After": "1"})

    def _is_on_a_message(self, patience: float) -> bool:
        if self.received == 0 or self._listening is NOW:
            return False
        return self._idle_looks * SWEEP_SECONDS <= patience

    async def _receive_farewell(self) -> NoReturn:
        if self._farewell is not None:
            await self.close(*self._farewell)
        self._ended_elsewhere = True
        raise self._disconnect()

    def _plug_farewell(self) -> None:
        if self._farewell is not None and self.state is SessionState.OPEN:
            self._receive = self._receive_farewell

    def _open(self) -> None:
        super()._open()
        if self._farewell is not None:
            self._plug_farewell()

    def caught_up(self) -> None:
        """Receive from the connection itself again, unless nothing more is to be received."""
        super().caught_up()
        self._plug_farewell()

    def _read_ahead(self, *, discard: bool = False) -> None:
        super()._read_ahead(discard=discard)
        self._plug_farewell()
