"""Sessions that a handler runs for: read for when it waits elsewhere, and its end when the client has gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple

from pyfly.asgi import SERVER_STOPS
from pyfly.websocket.attention import SWEEP_SECONDS, Attention
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.log_fields import fields_of
from pyfly.websocket.read_ahead import ReadAhead
from pyfly.websocket.session_core import SessionCore, SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from pyfly.websocket.errors import WebSocketDisconnect
    from pyfly.websocket.ports import Message

__all__ = ["PATIENCE_SECONDS", "STALL_SECONDS", "AttendedSession"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

Listening = Literal["now", "lately", "not"]

RECEIVER_NAMES: Final = ("receive", "receive_text", "receive_bytes", "receive_json", "__anext__")

ENDING_SECONDS: Final = 0.2
"""How long a server that has refused a message may take to tell how the session ended."""

PARTING_SECONDS: Final = 1.0
"""How long others that close a session, and its handler that ends then, wait for the close message."""

GRACE_SECONDS: Final = 2 * SWEEP_SECONDS
"""How long a handler may do nothing with its session before it is cancelled, once the session has ended."""

PATIENCE_SECONDS: Final = 10.0
"""The same where the client left messages to receive, or the handler may know of the end by a task of its own."""

STALL_SECONDS: Final = 30.0
"""How long an inbox may be full: whether its client is still there cannot be told."""


class _Told(NamedTuple):
    """That a task other than the handler's own was told of the end.

    Attributes:
        handler_awaits: What the handler was waiting for just then.
        receives_only: Whether that task does nothing but receive, so that what it is told is for those who wait for it.
    """

    handler_awaits: object
    receives_only: bool

    def may_have_reached(self, handler: asyncio.Task[Any] | None) -> bool:
        """Tell whether the handler has gone on since, and so may know."""
        return _awaited_by(handler) is not self.handler_awaits


class AttendedSession(SessionCore):
    """What a session does for, and to, the handler that runs for it.

    While the handler waits for something else than a message, an inbox stands between it and the connection. When the
    session has ended, and the handler does not notice, it is cancelled; one that knows, since it was told or has ended
    the session itself, is left alone.
    """

    __slots__ = (
        "_ahead",
        "_attention",
        "_cancelled",
        "_closing",
        "_ending",
        "_full_looks",
        "_listening",
        "_other_told",
        "_seen",
        "_server_stops",
    )
    _internal: ClassVar[tuple[str, ...]] = (
        "attend",
        "caught_up",
        "departed",
        "dismiss",
        "end",
        "has_ending_to_learn",
        "learn_ending",
        "look",
        "receivers",
    )

    receivers: ClassVar[frozenset[CodeType]] = frozenset()
    """The code of the coroutines that receive one message, those of a class and of all it derives from."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Note which coroutines of the class receive one message; it may have its own for any of them."""
        super().__init_subclass__(**options)
        cls.receivers |= {vars(cls)[name].__code__ for name in RECEIVER_NAMES if name in vars(cls)}

    _ahead: ReadAhead | None
    _attention: Attention | None
    _cancelled: bool
    _closing: asyncio.Task[None] | None
    _ending: asyncio.Event | None
    _full_looks: int
    _listening: Listening
    _other_told: _Told | None
    _seen: int
    _server_stops: bool

    def attend(self, attention: Attention | None = None) -> None:
        """Tell that the current task runs the handler, to be cancelled when the session ends and it does not notice.

        Args:
            attention: Looks at the sessions of the running event loop; found out where it is not given.
        """
        self._handler = asyncio.current_task()
        self._attention = attention = attention or Attention.here()
        attention.watch(self)

    def dismiss(self) -> bool:
        """Tell that the handler has returned or raised, and what follows is not to be cancelled.

        Returns:
            Whether it was cancelled for the session's end, and for nothing else.
        """
        if self._attention is not None:
            self._attention.dismiss(self)
        handler, self._handler = self._handler, None
        return self._cancelled and handler is not None and handler.uncancel() == 0

    def _stop_reading(self) -> None:
        """Read no more for a handler that has ended."""
        if self._ahead is not None:
            self._ahead.stop()
        if self._closing is not None:
            self._closing.cancel()

    def look(self) -> None:
        """See whether the handler listens: read for it when it does not, and end it when the session has ended.

        Called from time to time while it runs. A handler that has received something since the last look is left alone,
        so that one that works through what its client has sent before it went gets all of it. One that sends is told of
        the end by its next message.
        """
        # A session that has ended may not tell those who wait in `receive`: its client reads nothing, its server waits.
        listens = self._listening == "lately" or (self._listening == "now" and self.close_code is None)
        if listens or self._seen != self.received:
            self._seen = self.received
            self._full_looks = self._idle_looks = 0
            if self._listening == "lately":
                self._listening = "not"
            return
        self._idle_looks += 1
        if self._aware:
            return
        if self._ahead is not None:
            self._ahead.resume()
            self._full_looks = self._full_looks + 1 if self._ahead.is_full else 0
        elif self.close_code is None:
            self._read_ahead()
        if self.close_code is not None:
            self._end_handler_in_time()
        elif self._full_looks * SWEEP_SECONDS >= STALL_SECONDS:
            message = "%r: its handler does not receive what the client goes on to send"
            logger.info(message, self, extra=fields_of(self))
            self.end(CloseCode.POLICY_VIOLATION, "messages are not received")

    def end(self, code: int, reason: str) -> None:
        """Close the session for somebody else than the handler, without waiting.

        The handler ends as if the client had left.
        """
        if self.close_code is None:
            self._ended_elsewhere = True
            self._closed(code, reason)
            self._close_for_others({"type": "websocket.close", "code": int(code), "reason": reason})

    def departed(self, message: Message) -> None:
        """Take in that the client has gone, ahead of the handler, which first gets what lies in the inbox."""
        if self.close_code is None or self._found_by_sending:
            self._left(message)
            self._receive = self._source
        self._end_where_nothing_is_received()

    def caught_up(self) -> None:
        """Receive from the connection itself again."""
        self._ahead = None
        self._source = self._receive_raw
        if self.state is SessionState.OPEN or self._found_by_sending:
            self._receive = self._source

    def has_ending_to_learn(self) -> bool:
        """Whether `learn_ending` has anything to wait for."""
        return self._found_by_sending or self._closing is not None

    async def learn_ending(self) -> None:
        """Wait for the close code of a session that a failed send has ended, and for a close that is on its way.

        No longer than a moment, after which the code stays 1006.
        """
        if self._found_by_sending and self._ending is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ENDING_SECONDS):
                    await self._ending.wait()
            self._ending = None
        if self._closing is not None:
            await asyncio.wait({self._closing}, timeout=PARTING_SECONDS)

    async def _part_from_handler(self, last: Message) -> None:
        await asyncio.wait({self._close_for_others(last)}, timeout=PARTING_SECONDS)

    def _close_for_others(self, last: Message) -> asyncio.Task[None]:
        """Send the close message in a task of its own; the handler first gets what was read for it."""
        if self._ahead is not None:
            self._ahead.conclude({**last, "type": "websocket.disconnect"})
            if self.accepted:
                self._receive = self._source
            self._end_where_nothing_is_received()
        self._closing = asyncio.create_task(self._transmit_last(last), name="close session")
        return self._closing

    def _seek_ending(self) -> None:
        """Read on, where nobody does, for what the connection tells of the end; what came before is kept."""
        if not self._managed:
            return
        self._ending = asyncio.Event()
        if self._ahead is None and self._listening != "now":
            self._read_ahead()
        self._receive = self._source

    def _left(self, message: Mapping[str, Any]) -> None:
        self._server_stops = SERVER_STOPS in message
        super()._left(message)
        if self._ending is not None:
            self._ending.set()

    def _disconnect(self) -> WebSocketDisconnect:
        if self._handler is not None and self._other_told is None and not self._is_handler_s_own_task():
            self._other_told = _Told(_awaited_by(self._handler), _code_of(asyncio.current_task()) in self.receivers)
        return super()._disconnect()

    def _end_handler_in_time(self) -> None:
        """Cancel the handler of an ended session when it has had the time to notice."""
        if self._server_stops:  # the server gives it time, and cancels it
            return
        works_on = self.received > 0 and self._ahead is not None and self._ahead.left and self._ahead.unread > 0
        told = self._other_told
        if told is not None and not told.may_have_reached(self._handler):
            told = None
        if told is not None and told.receives_only:
            self._aware = True
            return
        seconds = PATIENCE_SECONDS if works_on or told is not None else GRACE_SECONDS
        if self._idle_looks * SWEEP_SECONDS >= seconds:
            self._cancel_handler()

    def _end_where_nothing_is_received(self) -> None:
        """Cancel the handler at once where it takes no messages, and so will not be told by one."""
        if self._ahead is not None and self._ahead.discards and self._listening != "now" and not self._server_stops:
            self._cancel_handler()

    def _cancel_handler(self) -> None:
        if self._handler is not None and not (self._cancelled or self._aware):
            if self._ahead is not None and self._ahead.unread and self.accepted:
                message = "%r: %d messages were not received when it ended"
                logger.info(message, self, self._ahead.unread, extra=fields_of(self))
            self._cancel("the session has ended")

    def _cancel(self, why: str) -> None:
        if self._handler is not None and not self._cancelled:
            self._cancelled = True
            self._handler.cancel(why)

    def _read_ahead(self, *, discard: bool = False) -> None:
        self._ahead = ReadAhead(self._receive_raw, self, discard=discard)
        self._source = self._ahead.get
        if self.state is SessionState.OPEN or self._found_by_sending:
            self._receive = self._source


def _awaited_by(task: asyncio.Task[Any] | None) -> object:
    """Return the future that a task waits for: the same object as long as it has not gone on."""
    return getattr(task, "_fut_waiter", None)


def _code_of(task: asyncio.Task[Any] | None) -> object:
    return None if task is None else getattr(task.get_coro(), "cr_code", None)
