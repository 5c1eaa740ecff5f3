"""Sessions that a handler runs for: read for when it waits elsewhere, and its end when the client has gone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from pyfly.asgi import SERVER_STOPS
from pyfly.websocket.attention import SWEEP_SECONDS, Attention
from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.read_ahead import ReadAhead
from pyfly.websocket.session_core import SessionCore, SessionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.websocket.ports import Connection, Message, RawWebSocket

__all__ = ["PATIENCE_SECONDS", "STALL_SECONDS", "AttendedSession"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

ENDING_SECONDS: Final = 0.2
"""How long a server that has refused a message may take to tell how the session ended."""

PATIENCE_SECONDS: Final = 10.0
"""How long a handler may take for one message of a client that has gone, while it has others of it to receive."""

STALL_SECONDS: Final = 30.0
"""How long an inbox may be full: whether its client is still there cannot be told."""


class AttendedSession(SessionCore):
    """What a session does for, and to, the handler that runs for it.

    While the handler waits for something else than a message, an inbox stands between it and the connection. When the
    client has gone, and the handler does not notice, it is cancelled; one that knows, since it was told or has ended
    the session itself, is left alone.

    Args:
        connection: What to speak through.
        managed: Whether a handler runs for this session, and is to be told when it ends elsewhere; see `release`.
        on_accept: Called once the handshake is complete.
    """

    __slots__ = ("_ahead", "_cancelled", "_handler", "_idle_looks", "_listening", "_seen", "_server_stops", "_stalling")

    def __init__(
        self,
        connection: Connection | RawWebSocket,
        *,
        managed: bool = False,
        on_accept: Callable[[Any], Awaitable[None]] | None = None,
    ) -> None:
        self._ahead: ReadAhead | None = None
        self._cancelled = self._listening = self._server_stops = False
        self._handler: asyncio.Task[Any] | None = None
        self._idle_looks = 0
        self._seen = -1
        self._stalling: asyncio.Task[None] | None = None
        super().__init__(connection, managed=managed, on_accept=on_accept)

    def attend(self) -> None:
        """Tell that the current task runs the handler, to be cancelled when its client goes and it does not notice."""
        self._handler = asyncio.current_task()
        Attention.here().watch(self)

    def dismiss(self) -> bool:
        """Tell that the handler has returned or raised, and what follows is not to be cancelled.

        Returns:
            Whether it was cancelled for the client's departure, and for nothing else.
        """
        Attention.here().dismiss(self)
        handler, self._handler = self._handler, None
        return self._cancelled and handler is not None and handler.uncancel() == 0

    def release(self) -> None:
        """Tell that the handler has ended: nothing reads for it, and every message for an ended session is dropped."""
        self._handled = False
        if self._ahead is not None:
            self._ahead.stop()
        if self._stalling is not None:
            self._stalling.cancel()

    def look(self) -> None:
        """See whether the handler listens: read for it when it does not, and end it when its client has gone.

        Called from time to time while it runs. A handler that has received something since the last look is left alone,
        so that one that works through what its client has sent before it went gets all of it.
        """
        if self._listening or self._seen != self.received:
            self._seen = self.received
            self._idle_looks = 0
            return
        self._idle_looks += 1
        if self._aware or self._ended_itself:
            return
        if self._ahead is None:
            self._read_ahead()
        elif not self._ahead.ended:
            self._ahead.resume()
            if self._ahead.is_full and self._idle_for(STALL_SECONDS):
                self._end_stalled()
        elif not self._server_stops and self._idle_for(PATIENCE_SECONDS if self._works_on else 2 * SWEEP_SECONDS):
            self._cancel_handler()

    def departed(self, message: Message) -> None:
        """Take in that the client has gone, ahead of the handler, which first gets what lies in the inbox."""
        self._server_stops = SERVER_STOPS in message
        if self.close_code is None or self._found_by_sending:
            self._left(message)
            self._receive = self._source
        if self._ahead is not None and self._ahead.discards and not (self._listening or self._server_stops):
            self._cancel_handler()

    def caught_up(self) -> None:
        """Receive from the connection itself again."""
        self._ahead = None
        self._source = self._connection.receive
        if self.state is SessionState.OPEN:
            self._receive = self._source

    async def learn_ending(self) -> None:
        """Ask for the close code, where a failed send has told only that the session is over.

        A message that the handler has not received is passed over. Who is receiving just then learns it instead.
        """
        if not self._found_by_sending or self._listening:
            return
        try:
            async with asyncio.timeout(ENDING_SECONDS):
                while (message := await self._source())["type"] != "websocket.disconnect":
                    continue
        except (TimeoutError, OSError, RuntimeError):
            self._found_by_sending = False  # the server does not tell: it stays an abnormal end
        else:
            self._left(message)

    @property
    def _ended_itself(self) -> bool:
        return self.close_code is not None and not self._ended_elsewhere

    @property
    def _works_on(self) -> bool:
        """Whether the handler receives, though not now, and there is more for it."""
        return self.received > 0 and self._ahead is not None and self._ahead.unread > 0

    def _idle_for(self, seconds: float) -> bool:
        return self._idle_looks * SWEEP_SECONDS >= seconds

    def _read_ahead(self, *, discard: bool = False) -> None:
        self._ahead = ReadAhead(self._connection.receive, self, discard=discard)
        self._source = self._ahead.get
        if self.state is SessionState.OPEN:
            self._receive = self._source

    def _cancel_handler(self) -> None:
        if self._handler is not None and not (self._cancelled or self._aware or self._ended_itself):
            if self._ahead is not None and self._ahead.unread:
                logger.info("%r: the client has gone; %d of its messages were not received", self, self._ahead.unread)
            self._cancelled = True
            self._handler.cancel("the client has gone")

    def _end_stalled(self) -> None:
        if self._stalling is None:
            logger.info("%r: closed, since its handler does not receive what the client goes on to send", self)
            self._stalling = asyncio.create_task(
                self.close(CloseCode.POLICY_VIOLATION, "messages are not received"), name="end stalled session"
            )
            self._ended_elsewhere = True
            self._cancel_handler()
