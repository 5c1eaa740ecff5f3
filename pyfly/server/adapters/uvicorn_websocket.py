"""uvicorn's WebSocket connection, with the endings told the way the other servers tell them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, cast, final

from uvicorn.config import Config as UvicornConfig
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.protocol import State

from pyfly.asgi import SERVER_STOPS
from pyfly.server.adapters.lingering import Lingering
from pyfly.server.adapters.turns import TURN_SECONDS, Turns

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
    from websockets.frames import Frame

    from pyfly.server.ports import Stopping

__all__ = ["Config", "WebSocketProtocol"]

ABNORMAL_CLOSURE = 1006

INVALID_DATA = 1007

PIECE: Final = 1024
"""How many bytes are read at once at first, until there is a message in them; twice as many each time there is none.

A message of no bytes is six on the wire, and half a kibibyte once it is read.
"""
LARGEST_PIECE: Final = 8 * PIECE
"""How many bytes are read at once at most from a client whose messages are not small."""
FEW_MESSAGES: Final = 8
"""How many messages there are at most in bytes of which more could have been read at once."""

UNAVAILABLE = 503
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@final
class Config(UvicornConfig):
    """uvicorn's configuration, and what its connections need besides.

    Args:
        stopping: Has the close code that connections are told when the server stops.
        close_timeout: Seconds that a connection may take to end once it is being closed.
        application: What is served.
        options: uvicorn's own.

    Attributes:
        stopping: Has the close code that connections are told when the server stops.
        close_timeout: Seconds that a connection may take to end once it is being closed.
    """

    def __init__(self, stopping: Stopping, application: Any, *, close_timeout: float, **options: Any) -> None:
        super().__init__(application, **options)
        self.stopping = stopping
        self.close_timeout = close_timeout


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection.

    - A connection lost without a close frame is a disconnect with 1006 (RFC 6455, section 7.1.5), not 1005.
    - Sending after the connection was closed from this side, whatever for, raises an `OSError`.
    - A close frame does not wait for a client that does not read.
    - Nothing is received after the connection was closed from this side.
    - A server that stops answers handshakes that wait with 503.
    - A client that pings and does not read is owed one pong, and not all of them.
    - A connection that is being closed is cut after a while; uvicorn would wait for the client to read all of it.
    - A pong that may lie behind what the application has not received is not missed, unless the client takes nothing
      either.
    - What has arrived is taken in piece by piece, and not behind a message that waits to be received; what takes long,
      such as pings without end, waits for all others in between.
    - A client that half-closes without a close frame has gone, whatever it has not read.
    - A handshake that was denied is complete, and no error.
    - A handshake that cannot be parsed is answered: 414 and 431 for what is too long, else 400.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.close_timeout: float = cast("Config", self.config).close_timeout
        self._cut: asyncio.TimerHandle | None = None
        self._takes_nothing = False
        self._owed_pong = b""
        # What has arrived, how much of it was taken in, and how much of it to take in at once.
        self._arrived = b""
        self._taken = 0
        self._piece = PIECE
        self._goes_on = False
        # The disconnect of a connection that was lost before all that had arrived was taken in.
        self._last: ASGIReceiveEvent | None = None

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends, as far as there is no message to be received first."""
        self._arrived, self._taken = self._waiting() + data, 0
        if self._goes_on:
            self.transport.pause_reading()
        else:
            self._take_in()

    def _waiting(self) -> bytes:
        """Return what has arrived and was not taken in."""
        return self._arrived[self._taken :]

    def _take_in(self) -> None:
        """Take in what has arrived, up to the next message, and learn how large the client's messages are."""
        size, waiting = self._piece, self.queue.qsize()
        others_at = self.loop.time() + TURN_SECONDS
        while self._taken < len(self._arrived) and not self.read_paused:
            start, self._taken = self._taken, self._taken + size
            self._take_in_piece(self._arrived[start : start + size])
            size *= 2
            is_late = self.loop.time() > others_at
            if is_late:
                self._piece = max(self._piece // 2, PIECE)
            if is_late or self.close_sent:
                self._go_on_later()
                break
        if self._taken >= len(self._arrived):
            self._arrived, self._taken = b"", 0
        if messages := self.queue.qsize() - waiting:
            self._piece = min(2 * self._piece, LARGEST_PIECE) if messages <= FEW_MESSAGES else PIECE

    def _go_on_later(self) -> None:
        """Take in the rest bit by bit: all others, and the limits of time, run meanwhile."""
        if self._taken >= len(self._arrived) or self.transport.is_closing():
            return
        self.transport.pause_reading()  # uvicorn may have resumed it meanwhile
        if not self._goes_on:
            self._goes_on = True
            Turns.here().queue(self._go_on)

    def _go_on(self) -> None:
        self._goes_on = False
        self._take_in()
        if self._taken >= len(self._arrived) and not (self.read_paused or self.transport.is_closing()):
            self.transport.resume_reading()

    def _take_in_piece(self, data: bytes) -> None:
        """Take in some bytes, and answer a handshake that is none."""
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            self.transport.write(b"".join(self.conn.data_to_send()) or BAD_REQUEST)
            self.transport.close()

    def eof_received(self) -> None:
        """End the connection; uvicorn would wait for the client to read what was sent to it."""
        if self.conn.state is State.OPEN:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application, unless a close frame has."""
        if self._cut is not None:
            self._cut.cancel()
        # By this uvicorn decides between 1006 and 1005; it sets it again.
        self.handshake_complete: bool = False
        if self.close_sent or not self._waiting():
            self._arrived, self._taken = b"", 0
            super().connection_lost(exc)
            return
        # The disconnect belongs behind messages that were not even taken in.
        messages = self.queue
        self.queue: asyncio.Queue[ASGIReceiveEvent] = asyncio.Queue()
        super().connection_lost(exc)
        self._last, self.queue = self.queue.get_nowait(), messages
        self.transport: asyncio.Transport = cast("asyncio.Transport", _Gone())
        if messages.empty():  # the application may wait for one
            messages.put_nowait(self._last)

    async def _receive_rest(self, last: ASGIReceiveEvent) -> ASGIReceiveEvent:
        """Receive what had arrived when the connection was lost, and then the disconnect."""
        self.read_paused = True
        while True:
            while self.queue.empty() and self._waiting():
                start, self._taken = self._taken, self._taken + PIECE
                self._take_in_piece(self._arrived[start : self._taken])
                await asyncio.sleep(0)
            message = last if self.queue.empty() else self.queue.get_nowait()
            if message is not last or not self._waiting():
                return message

    def shutdown(self) -> None:
        """Close the connection because the server stops, and say so."""
        if self.handshake_complete and not self.close_sent and self.conn.state is not State.OPEN:
            # The client has closed, but does not read the answer: there is nothing left to say.
            self.stop_keepalive()
            self.transport.abort()
            return
        if self.handshake_initiated and not self.close_sent:
            code = cast("Config", self.config).stopping.code
            stopping: dict[str, Any] = {"type": "websocket.disconnect", "code": code, SERVER_STOPS: True}
            self.queue.put_nowait(cast("ASGIReceiveEvent", stopping))
            if self.handshake_complete:
                self.conn.send_close(code)
            else:
                response = self.conn.reject(UNAVAILABLE, "")
                response.headers["Retry-After"] = "1"
                self.conn.send_response(response)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.handshake_complete = self.close_sent = True
        self.disconnected = True
        if self.close_sent and not self.transport.is_closing():
            self.stop_keepalive()
            self._arrived, self._taken = b"", 0
            Lingering(self.transport)
        else:
            super().shutdown()

    def resume_writing(self) -> None:
        """Send on: the client has taken some of what waited for it."""
        self._takes_nothing = False
        super().resume_writing()
        if self._owed_pong and self.conn.state is State.OPEN:
            self.transport.write(self._owed_pong)
        self._owed_pong = b""

    def send_keepalive_ping(self) -> None:
        """Send a ping, and begin to watch whether the client takes anything."""
        self._takes_nothing = not self.writable.is_set()
        super().send_keepalive_ping()

    def keepalive_timeout(self) -> None:
        """End the connection of a client that does not answer pings; one that is not read from has not been heard."""
        if self.read_paused and not self._takes_nothing:
            self.pong_timer: asyncio.TimerHandle | None = None
            self.pending_ping_payload: bytes | None = None
            self.schedule_ping()
            return
        super().keepalive_timeout()
        if self.transport.get_write_buffer_size():
            # The close frame stands behind what the client does not read.
            self.transport.abort()

    def handle_ping(self) -> None:
        """Answer a ping, or, where the client does not keep up, only the last one (RFC 6455, section 5.5.3)."""
        if self.transport.is_closing():  # asyncio would log a warning for each
            self.conn.data_to_send()
        elif self.writable.is_set() or self.conn.state is not State.OPEN:
            super().handle_ping()
        elif pongs := self.conn.data_to_send():
            self._owed_pong = b"".join(pongs)

    def send_receive_event_to_app(self) -> None:
        """Hand a message to the application; one that is no UTF-8 ends the connection, also before a close frame."""
        try:
            super().send_receive_event_to_app()
        except InvalidState:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": INVALID_DATA, "reason": ""})
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent: bool = True
            self.transport.close()

    def handle_close(self, event: Frame) -> None:
        """Take in the client's close frame, and end the connection within a while."""
        self._limit_closing()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        """Close the connection of a client that breaks the protocol, and end it within a while."""
        if self.conn.close_sent is None:  # nothing has been accepted yet
            self.transport.close()
            return
        self._limit_closing()
        super().handle_parser_exception()

    def _limit_closing(self) -> None:
        if self._cut is None:
            self._cut = self.loop.call_later(self.close_timeout, self.transport.abort)

    async def receive(self) -> ASGIReceiveEvent:
        """Receive for the application: nothing but the disconnect once the connection was closed from this side."""
        message = await self._receive()
        while self.close_sent and message["type"] == "websocket.receive":
            message = await self._receive()
        return message

    async def _receive(self) -> ASGIReceiveEvent:
        if self._last is not None:
            return await self._receive_rest(self._last)
        message = await super().receive()
        lost = cast("ASGIReceiveEvent | None", self._last)  # the connection, meanwhile
        if lost is None:
            self._take_in()
        return await self._receive_rest(message) if message is lost else message

    async def send(self, message: ASGISendEvent) -> None:
        """Send for the application.

        Raises:
            ClientDisconnected: The client has gone, or the connection was closed from this side; an `OSError`.
        """
        if message["type"] == "websocket.close":
            # Nothing is sent after it, so that all it may wait for is room in the buffer for some bytes.
            self.writable.set()
            self._limit_closing()
        try:
            await super().send(message)
        except RuntimeError as error:
            if self.close_sent:
                raise ClientDisconnected("this WebSocket is closed") from error
            raise
        if self.close_sent:
            self.handshake_complete = True
            # Nobody receives what has arrived, but the client's close frame may lie behind it.
            self._take_in()


@final
class _Gone:
    """A transport that is no more: answers to what is still read go nowhere.

    uvloop would raise errors, and asyncio log warnings.
    """

    __slots__ = ()

    def is_closing(self) -> bool:
        return True

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...

    def abort(self) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...
