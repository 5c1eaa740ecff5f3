"""What Hypercorn keeps to itself about a WebSocket, and what it does not do: close codes, departures, keep-alive."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast, final

from hypercorn.protocol.events import Body, Data, StreamClosed
from hypercorn.protocol.ws_stream import ASGIWebsocketState, WSStream
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Ping, Pong
from wsproto.utilities import LocalProtocolError

from pyfly.server.adapters.hypercorn_connections import transport_of

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
    `send`, to tell it that the client has gone; and for a client that closes to read the answer, or for one that is
    pinged to read the ping, for ever. What comes after a close frame has been sent, it would keep for as long as the
    client sends.
    """

    __slots__ = (
        "_close_timeout",
        "_closed",
        "_closed_properly",
        "_cut",
        "_farewell",
        "_handle",
        "_last",
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
        self._closed_properly = False
        self._closed = asyncio.Event()
        self._farewell: asyncio.Task[None] | None = None
        self._pongs = asyncio.Event()
        _watch_frames(stream, self._close_frame, self._pongs.set)
        # The application's receive is the queue's get.
        self._queue = cast("asyncio.Queue[Message]", getattr(receive, "__self__"))  # noqa: B009
        self._put = self._queue.put
        stream.handle = self._watch  # type: ignore[method-assign]  # it is told of nowhere else
        stream.app_put = self._tell

    async def receive(self) -> Message:
        if self._last is not None and self._queue.empty():
            return self._last
        return await self._queue.get()

    async def send(self, message: Message) -> None:
        if self._last is not None and message["type"] == "websocket.send":
            raise OSError("the client has gone")
        if message["type"] == "websocket.close":
            self._limit_closing()
        await self._send(message)

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
        """Wait until a client whose message was refused has had its time: Hypercorn ends with the application."""
        if self._farewell is not None:
            await self._farewell

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
        if isinstance(event, (Body, Data)) and self._has_sent_close:
            await self._pass_over(event.data)
        else:
            await self._handle(event)
            # The application has closed nothing, so Hypercorn has.
            if self._has_sent_close and self._stream.state is ASGIWebsocketState.CONNECTED:
                await self._refuse()
        if self._stream.closed:
            self._closed.set()
            if not self._closed_properly and self._last is None:
                self._tell_ending({"type": "websocket.disconnect", "code": ABNORMAL_CLOSURE})

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
        self._stream.connection.receive_data(data)
        for event in self._stream.connection.events():
            if isinstance(event, CloseConnection):
                await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))
                return

    def _close_frame(self, closing: CloseConnection) -> None:
        code, reason = int(closing.code), closing.reason or ""
        self._tell_ending({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def _tell(self, message: Message) -> None:
        if message["type"] == "websocket.disconnect":
            self._tell_ending(message)
        else:
            await self._put(message)

    def _tell_ending(self, message: Message) -> None:
        self._limit_closing()
        if self._last is None:
            self._last = message
            if not self._queue.full():
                self._queue.put_nowait(message)


def _watch_frames(stream: WSStream, closing: Callable[[CloseConnection], None], pong: Callable[[], None]) -> None:
    """Have each close frame of a stream told, before Hypercorn answers it, and each pong."""
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
                yield event

        connection.events = watched  # type: ignore[method-assign]  # the codes are told nowhere else
        return status, response_headers, connection

    stream.handshake.accept = accept_and_watch  # type: ignore[method-assign]  # the connection is made there
