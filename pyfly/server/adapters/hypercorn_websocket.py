"""What Hypercorn keeps to itself about a WebSocket, and what it does not do: close codes, departures, keep-alive."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast, final

from hypercorn.protocol.events import Body, Data, StreamClosed
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Ping, Pong
from wsproto.utilities import LocalProtocolError

from pyfly.server.adapters.hypercorn_connections import transport_of
from pyfly.server.adapters.lingering import LOOK_SECONDS, Lull

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Iterable

    from hypercorn.protocol.events import Event as StreamEvent
    from wsproto.connection import Connection
    from wsproto.events import Event

    from pyfly.server.ports import ASGIApp, Message, Receive, Scope, Send
    from pyfly.server.settings import ServerSettings

__all__ = ["telling_of_endings"]

ABNORMAL_CLOSURE = 1006
MESSAGE_TOO_BIG = 1009
INTERNAL_ERROR = 1011

LINGER_SECONDS = 1.0
"""What a client whose message was refused gets to take the close frame, and to answer it."""

PIECE = 1024
"""How many bytes are taken in at once at first; twice as many each time there are few frames in them."""

LARGEST_PIECE = 64 * 1024
"""How many bytes Hypercorn reads at once."""

TURN_FRAMES = 100
"""After how many frames of one client others come first: a frame takes some ten microseconds."""

PASSED_OVER = 1000
"""How many frames that a client sends behind a close are looked through for its own close frame: some milliseconds."""


def telling_of_endings(application: ASGIApp, settings: ServerSettings) -> ASGIApp:
    """Tell the application of every WebSocket's end, with the code and reason that a client closes with.

    Clients are pinged, and those that do not answer in time are closed with 1011. A connection that is being closed is
    cut when its time is over. Per-message deflate is agreed to only where the settings ask for it.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        stream = getattr(send, "__self__", None)
        if not isinstance(stream, WSStream):
            await application(scope, receive, send)
            return
        if not settings.compression:
            stream.handshake.extensions = None
        ending = _Ending(stream, receive, send, close_timeout=settings.close_timeout)
        keepalive = asyncio.create_task(ending.keep_alive(settings.ping_interval, settings.ping_timeout))
        try:
            if not stream.closed:
                await application(scope, ending.receive, ending.send)
            await ending.settle()
        finally:
            keepalive.cancel()
            ending.conclude()
        await ending.close_refused()

    return call


@final
class _Ending:
    """Watches one stream.

    Hypercorn refuses a client that sends before its handshake is answered, and leaves the application waiting. It
    would also wait for a place in the queue of what the application has not received, be it in the application's own
    `send`, to tell it that the client has gone, and still would when the application has returned; and for a client
    that closes to read the answer, or for one that is pinged to read the ping, for ever. What comes after a close frame
    has been sent, it would keep for as long as the client sends. It would also close the socket behind a close frame
    that the client has not answered, and so have a client that is sending lose what it was sent.
    """

    __slots__ = (
        "_close_timeout",
        "_closed",
        "_closed_properly",
        "_cut",
        "_deaf",
        "_farewell",
        "_frames",
        "_handle",
        "_last",
        "_lull",
        "_passed_over",
        "_piece",
        "_pongs",
        "_put",
        "_queue",
        "_send",
        "_stream",
        "_transport",
    )

    def __init__(self, stream: WSStream, receive: Receive, send: Send, *, close_timeout: float) -> None:
        self._stream = stream
        self._transport = transport_of(stream)
        self._close_timeout = close_timeout
        self._cut: asyncio.TimerHandle | None = None
        self._send = send
        self._handle = stream.handle
        self._last: Message | None = None
        self._deaf = False
        self._lull: Lull | None = None
        self._passed_over = 0
        self._piece = PIECE
        self._frames = 0
        self._closed_properly = False
        self._closed = asyncio.Event()
        self._farewell: asyncio.Task[None] | None = None
        self._pongs = asyncio.Event()
        _watch_frames(stream, self._close_frame, self._pongs.set, self._is_enough)
        # The application's receive is the queue's get.
        self._queue = cast("asyncio.Queue[Message]", getattr(receive, "__self__"))  # noqa: B009
        self._put = self._queue.put
        stream.handle = self._watch  # type: ignore[method-assign]  # it is told of nowhere else
        stream.app_put = self._tell

    async def receive(self) -> Message:
        while self._last is None or not self._queue.empty():
            message = await self._queue.get()
            if not self._deaf or message["type"] != "websocket.receive":
                return message
        return self._last

    async def send(self, message: Message) -> None:
        if self._last is not None and message["type"] == "websocket.send":
            raise OSError("the client has gone")
        if message["type"] == "websocket.close":
            self._limit_closing()
            self._stop_listening()
        await self._send(message)

    def _stop_listening(self) -> None:
        """Have nothing more wait to be received, so that Hypercorn reads on to the end of the connection."""
        self._deaf = True
        while not self._queue.empty():
            self._queue.get_nowait()

    async def keep_alive(self, interval: float, patience: float) -> None:
        """Ping the client for as long as there is one, and end the connection when it does not answer.

        Hypercorn's own pings would keep a task for as long as the interval after the end, and nobody hears the answers.

        Args:
            interval: Seconds between pings; 0 for none.
            patience: Seconds that an answer may take; 0 for ever.
        """
        while interval and not self._stream.closed:
            await asyncio.sleep(interval)
            if not self._stream.handshake.accepted:
                continue
            self._pongs.clear()
            try:
                if not patience:
                    await self._transmit(Ping())
                elif not await self._is_done_within(patience, self._transmit(Ping())):
                    # It does not even take what is sent to it, so that a close frame would not reach it either.
                    self._abort()
                # Behind what the application has not received an answer is not heard.
                elif not await self._is_done_within(patience, self._pongs.wait()) and not self._queue.full():
                    await self._give_up()
            except LocalProtocolError:
                return  # the connection is being closed

    @staticmethod
    async def _is_done_within(seconds: float, waiting: Coroutine[Any, Any, object]) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return False
        return True

    async def _give_up(self) -> None:
        await self._tell({"type": "websocket.disconnect", "code": ABNORMAL_CLOSURE})
        if self._transport is not None and self._transport.get_write_buffer_size():
            # The close frame would stand behind what the client does not read.
            self._abort()
            return
        await self._transmit(CloseConnection(code=INTERNAL_ERROR, reason="keepalive ping timeout"))
        self._stream.closed = True
        await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    def _limit_closing(self) -> None:
        if self._cut is None and self._transport is not None:
            self._cut = asyncio.get_running_loop().call_later(self._close_timeout, self._transport.abort)

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    async def _transmit(self, event: Event) -> None:
        data = self._stream.connection.send(event)
        await self._stream.send(Data(stream_id=self._stream.stream_id, data=data))

    async def close_refused(self) -> None:
        """End the connection of a client that was refused, which Hypercorn leaves open."""
        if self._stream.closed and not self._closed_properly:
            await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    async def settle(self) -> None:
        """Wait until a client that has yet to take its close frame has had its time.

        Hypercorn ends the connection with the application.
        """
        self._stop_listening()
        if self._farewell is not None:
            await self._farewell
        elif self._has_sent_close and self._transport is not None:
            self._lull = Lull(self._transport)
            while not await self._is_done_within(LOOK_SECONDS, self._closed.wait()):
                if self._lull.has_come():
                    break

    def conclude(self) -> None:
        """Leave nothing behind but what the client has still to read: the application has returned."""
        if self._farewell is not None:
            self._farewell.cancel()
        if self._transport is not None and self._transport.get_write_buffer_size():
            self._limit_closing()
        elif self._cut is not None:
            self._cut.cancel()

    async def _watch(self, event: StreamEvent) -> None:
        if isinstance(event, StreamClosed) and not self._stream.closed:
            self._closed_properly = True
        if isinstance(event, (Body, Data)):
            await self._take_in(event)
        else:
            await self._handle(event)
        if self._stream.closed:
            self._closed.set()
            if not self._closed_properly and self._last is None:
                self._tell_ending({"type": "websocket.disconnect", "code": ABNORMAL_CLOSURE})

    async def _take_in(self, event: Body | Data) -> None:
        """Take in what has come piece by piece, and let others run in between where that takes long."""
        start, data = 0, event.data
        while start < len(data) or not start:
            size = self._piece
            await self._take_in_piece(replace(event, data=data[start : start + size]))
            start += size
            if self._frames < TURN_FRAMES:
                self._piece = min(2 * size, LARGEST_PIECE)
            else:
                self._piece, self._frames = PIECE, 0
                await asyncio.sleep(0)

    async def _take_in_piece(self, event: Body | Data) -> None:
        if self._has_sent_close:
            await self._pass_over(event.data)
        else:
            await self._handle(event)
            await self._refuse_if_too_big()

    async def _refuse_if_too_big(self) -> None:
        # The application has closed nothing, so Hypercorn has.
        if self._has_sent_close and self._stream.state is ASGIWebsocketState.CONNECTED:
            await self._refuse()

    @property
    def _has_sent_close(self) -> bool:
        stream = self._stream
        if stream.closed or not stream.handshake.accepted:
            return False
        return stream.connection.state is ConnectionState.LOCAL_CLOSING

    async def _refuse(self) -> None:
        """Tell the application that a message was too big, and end the connection after a moment."""
        self._tell_ending({"type": "websocket.disconnect", "code": MESSAGE_TOO_BIG, "reason": ""})
        self._farewell = asyncio.create_task(self._part())
        self._stream.buffer.clear()
        await self._pass_over(b"")

    async def _part(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                await self._closed.wait()
        if not self._stream.closed:
            await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    async def _pass_over(self, data: bytes) -> None:
        """Look for nothing but the client's close frame, and keep nothing."""
        if self._lull is not None:
            self._lull.heard = True
        if self._passed_over > PASSED_OVER:
            return
        self._stream.connection.receive_data(data)
        for event in self._stream.connection.events():
            if isinstance(event, CloseConnection):
                await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))
                return

    def _is_enough(self) -> bool:
        """Count a frame, and tell whether the rest behind a close is passed over unread."""
        self._frames += 1
        self._passed_over += self._deaf
        return self._passed_over > PASSED_OVER

    def _close_frame(self, closing: CloseConnection) -> None:
        code, reason = int(closing.code), closing.reason or ""
        self._tell_ending({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def _tell(self, message: Message) -> None:
        if message["type"] == "websocket.disconnect":
            self._tell_ending(message)
        elif not self._deaf:
            await self._put(message)

    def _tell_ending(self, message: Message) -> None:
        self._limit_closing()
        if self._last is None:
            self._last = message
            if not self._queue.full():
                self._queue.put_nowait(message)


def _watch_frames(
    stream: WSStream,
    closing: Callable[[CloseConnection], None],
    pong: Callable[[], None],
    is_enough: Callable[[], bool],
) -> None:
    """Have each close frame of a stream told, before Hypercorn answers it, and each pong, until it is enough."""
    accept = stream.handshake.accept

    def accept_and_watch(
        subprotocol: str | None, additional_headers: Iterable[tuple[bytes, bytes]]
    ) -> tuple[int, list[tuple[bytes, bytes]], Connection]:
        status, response_headers, connection = accept(subprotocol, additional_headers)
        events = connection.events

        def watched() -> Generator[Event]:
            for event in events():
                if isinstance(event, CloseConnection):
                    closing(event)
                elif isinstance(event, Pong):
                    pong()
                if is_enough():
                    return
                yield event

        connection.events = watched  # type: ignore[method-assign]  # the codes are told nowhere else
        return status, response_headers, connection

    stream.handshake.accept = accept_and_watch  # type: ignore[method-assign]  # the connection is made there
