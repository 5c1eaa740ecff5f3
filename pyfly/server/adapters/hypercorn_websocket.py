"""What Hypercorn keeps to itself about a WebSocket, and what it does not do: close codes, departures, keep-alive."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, cast, final

from hypercorn.protocol.events import Data, StreamClosed
from hypercorn.protocol.ws_stream import WSStream
from wsproto.events import CloseConnection, Ping, Pong
from wsproto.utilities import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from hypercorn.protocol.events import Event as StreamEvent
    from wsproto.connection import Connection
    from wsproto.events import Event

    from pyfly.server.ports import ASGIApp, Message, Receive, Scope, Send
    from pyfly.server.settings import ServerSettings

__all__ = ["telling_of_endings"]

ABNORMAL_CLOSURE = 1006
INTERNAL_ERROR = 1011


def telling_of_endings(application: ASGIApp, settings: ServerSettings) -> ASGIApp:
    """Tell the application of every WebSocket's end, with the code and reason that a client closes with.

    Clients are pinged, and those that do not answer in time are closed with 1011. Per-message deflate is agreed to only
    where the settings ask for it.
    """

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        stream = getattr(send, "__self__", None)
        if not isinstance(stream, WSStream):
            await application(scope, receive, send)
            return
        if not settings.compression:
            stream.handshake.extensions = None
        ending = _Ending(stream, receive, send)
        keepalive = asyncio.create_task(ending.keep_alive(settings.ping_interval, settings.ping_timeout))
        try:
            if not stream.closed:
                await application(scope, ending.receive, ending.send)
        finally:
            keepalive.cancel()
        await ending.close_refused()

    return call


@final
class _Ending:
    """Watches one stream.

    Hypercorn refuses a client that sends before its handshake is answered, and leaves the application waiting. It
    would also wait for a place in the queue of what the application has not received, be it in the application's own
    `send`, to tell it that the client has gone; and for a client that closes to read the answer.
    """

    __slots__ = ("_closed_properly", "_handle", "_last", "_pongs", "_put", "_queue", "_send", "_stream")

    def __init__(self, stream: WSStream, receive: Receive, send: Send) -> None:
        self._stream = stream
        self._send = send
        self._handle = stream.handle
        self._last: Message | None = None
        self._closed_properly = False
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
                await self._transmit(Ping())
                if not patience or await self._is_answered(patience):
                    continue
                # Behind what the application has not received an answer is not heard.
                if not self._queue.full():
                    await self._give_up()
            except LocalProtocolError:
                return  # the connection is being closed

    async def _is_answered(self, patience: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._pongs.wait()
        return self._pongs.is_set()

    async def _give_up(self) -> None:
        await self._tell({"type": "websocket.disconnect", "code": ABNORMAL_CLOSURE})
        await self._transmit(CloseConnection(code=INTERNAL_ERROR, reason="keepalive ping timeout"))
        self._stream.closed = True
        await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    async def _transmit(self, event: Event) -> None:
        data = self._stream.connection.send(event)
        await self._stream.send(Data(stream_id=self._stream.stream_id, data=data))

    async def close_refused(self) -> None:
        """End the connection of a client that was refused, which Hypercorn leaves open."""
        if self._stream.closed and not self._closed_properly:
            await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    async def _watch(self, event: StreamEvent) -> None:
        if isinstance(event, StreamClosed) and not self._stream.closed:
            self._closed_properly = True
        await self._handle(event)
        if self._stream.closed and not self._closed_properly and self._last is None:
            self._tell_ending({"type": "websocket.disconnect", "code": ABNORMAL_CLOSURE})

    def _close_frame(self, closing: CloseConnection) -> None:
        code, reason = int(closing.code), closing.reason or ""
        self._tell_ending({"type": "websocket.disconnect", "code": code, "reason": reason})

    async def _tell(self, message: Message) -> None:
        if message["type"] == "websocket.disconnect":
            self._tell_ending(message)
        else:
            await self._put(message)

    def _tell_ending(self, message: Message) -> None:
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
