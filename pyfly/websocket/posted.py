"""Sessions that others send to as well: everything in order, and nobody held up by a client that does not keep up."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, ClassVar, Final

from pyfly.websocket.attended import AttendedSession
from pyfly.websocket.attention import SWEEP_SECONDS
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.errors import tells_departure
from pyfly.websocket.failures import report_failure
from pyfly.websocket.first_steps import take_first_step
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.outbox import Outbox, OutboxLimits
from pyfly.websocket.security.expiry import Expiries
from pyfly.websocket.session_core import SessionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from pyfly.websocket.ports import Message

__all__ = ["CLOSE_SECONDS", "PostedSession"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

CLOSE_SECONDS: Final = 10.0
"""How long a client that does not read may hold up the close message; it is given up then."""


class PostedSession(AttendedSession):
    """What a session does for those who send to its client beside the handler, such as rooms.

    Once there are any, an outbox keeps everything that is sent in order.
    """

    __slots__ = ("_concludes", "_endings", "_limits", "_outbox")
    _internal: ClassVar[tuple[str, ...]] = (
        "carry_out_endings",
        "check_open",
        "conclude",
        "end",
        "expire",
        "is_ending",
        "failed",
        "look",
        "offer",
        "open_outbox",
        "overflowed",
        "post",
        "release",
        "space",
        "stop_waiting",
        "taken",
        "when_ended",
    )

    _concludes: bool
    _endings: dict[object, Callable[[], Awaitable[object] | None]] | None
    _limits: OutboxLimits
    _outbox: Outbox | None

    @property
    def is_ending(self) -> bool:
        """Whether the session has ended and its handler has not, so that `carry_out_endings` is still to come."""
        return self._handled and self.close_code is not None

    def when_ended(self, call: Callable[[], Awaitable[object] | None]) -> Callable[[], None]:
        """Have something done when the handler has ended, where there is one.

        Args:
            call: What is done at once; it may return what is to be waited for.

        Returns:
            What takes that back.
        """
        if self._endings is None:
            self._endings = {}
        key = object()
        self._endings[key] = call
        return lambda: self._forget_ending(key)

    def _forget_ending(self, key: object) -> None:
        if self._endings is not None:
            self._endings.pop(key, None)

    async def carry_out_endings(self) -> None:
        """Do what was to be done when the handler has ended: nothing waits for what something else waits for."""
        endings, self._endings = self._endings, None
        waiting = [rest for ended in (endings or {}).values() if (rest := ended()) is not None]
        if len(waiting) == 1:
            await waiting[0]
        elif waiting:
            await asyncio.gather(*waiting)

    def check_open(self, call: str) -> None:
        """Make sure that messages can be sent.

        Raises:
            SessionStateError: The session is not open.
            WebSocketDisconnect: The client has left.
        """
        if self.state is not SessionState.OPEN:
            raise self._too_late(call, mend=self._mend())

    def open_outbox(self) -> None:
        """Keep what the handler sends in order with what is posted from now on."""
        if self._outbox is None:
            self._outbox = Outbox(self._transmitter(), self, self._limits)
            if self.state is SessionState.OPEN:
                self._send = self._outbox.send

    def _transmitter(self) -> Callable[[Message], Awaitable[None]]:
        """Return what sends an ASGI message."""
        return self._send_raw

    def post(self, message: Message) -> bool:
        """Send an ASGI message for somebody else than the handler, without waiting; it is dropped after the end.

        Returns:
            Whether there was room for it; where there was none, `space` waits for it.
        """
        if self.close_code is not None or self._outbox is None:
            return True
        return self._outbox.post(message)

    def offer(self, message: Message) -> bool:
        """Send an ASGI message as `post` does if there is room for it, and change nothing if there is none."""
        if self.close_code is not None or self._outbox is None:
            return True
        return self._outbox.offer(message)

    async def space(self) -> None:
        """Wait until something may be posted again."""
        if self._outbox is not None:
            await self._outbox.space()

    def stop_waiting(self) -> None:
        """Let those who wait for space look again."""
        if self._outbox is not None:
            self._outbox.make_room()

    @property
    def waiting(self) -> int:
        """How many messages wait for the client to take them."""
        return 0 if self._outbox is None else len(self._outbox)

    @property
    def dropped(self) -> int:
        """How many messages were dropped, as the client did not keep up."""
        return 0 if self._outbox is None else self._outbox.dropped

    def taken(self) -> None:
        """Count a posted message that the server took."""
        self.sent += 1

    def failed(self, error: Exception) -> None:
        """Take in that a posted message could not be sent, most often because the client has gone."""
        if not tells_departure(error):
            report_failure(error, "%r: a message could not be sent", self, extra=fields_of(self))
        elif self.close_code is None:
            self._found_gone()

    def overflowed(self) -> None:
        """Close the session, since its client does not keep up."""
        if self.close_code is None:
            logger.info("%r: the client does not keep up with what is sent to it", self, extra=fields_of(self))
            if self._outbox is not None:
                self._outbox.give_up()
            self.end(CloseCode.TRY_AGAIN_LATER, "too slow")

    def look(self) -> None:
        """See to the outbox as well, and to a close message that nobody takes after the handler has returned."""
        if self._outbox is not None:
            self._outbox.look()
        super().look()
        if self._concludes and self._idle_looks * SWEEP_SECONDS >= CLOSE_SECONDS:
            self._cancel("the client does not take the close message")

    def _expire(self, at: datetime) -> None:
        if (expiries := Expiries.here()) is not None:
            expiries.add(self, at)

    def expire(self) -> None:
        """End the session without waiting, since `expires_at` has passed: deny it, or close it once it is accepted."""
        if self.accepted:
            self.end(CloseCode.UNAUTHORIZED, "the session has expired")
        else:
            self._closing = asyncio.create_task(self._deny_expired(), name="deny expired handshake")

    def end(self, code: int, reason: str) -> None:
        """Close the session for somebody else than the handler; what still waits is given up."""
        if self.close_code is None and self._outbox is not None:
            self._outbox.stop()
        super().end(code, reason)

    def release(self) -> bool:
        """Tell that the handler has ended: nothing reads or writes for it, and what is sent after the end is dropped.

        Returns:
            Whether there is anything to be done now; see `carry_out_endings`.
        """
        self._handled = False
        if self._ahead is not None or self._closing is not None:
            self._stop_reading()
        if self._outbox is not None:
            self._outbox.stop()
        return bool(self._endings)

    async def conclude(self) -> None:
        """Close an open session whose handler has returned, before it is dismissed."""
        self._aware, self._ended_elsewhere = True, False
        last = self._end_with(1000, "")
        if self._outbox is not None:
            await self._transmit_last(last)
            return
        self._concludes = True  # `look` sees to the time limit
        try:
            await self._send_raw(last)
        except Exception:
            self._nobody_left()

    async def _transmit_last(self, *messages: Message) -> None:
        if self._outbox is not None:
            await self._outbox.drain()
        try:
            rest = take_first_step(self._send_raw(messages[0]) if len(messages) == 1 else self._send_all(messages))
            if rest is not None:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await rest
        except Exception:
            self._nobody_left()

    async def _send_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            await self._send_raw(message)

    def _nobody_left(self) -> None:
        # The client does not read, or is gone already, or its server has ended it: there is nobody left to tell.
        logger.debug("%r: the close message could not be sent", self, exc_info=True, extra=fields_of(self))
