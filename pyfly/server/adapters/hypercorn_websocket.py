"""What Hypercorn keeps to itself about a WebSocket: close codes, and clients that go while nobody receives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast, final

from hypercorn.protocol.events import StreamClosed
from hypercorn.protocol.ws_stream import WSStream
from wsproto.events import CloseConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from hypercorn.protocol.events import Event as StreamEvent
    from wsproto.connection import Connection
    from wsproto.events import Event

    from pyfly.server.ports import ASGIApp, Message, Receive, Scope, Send

__all__ = ["telling_of_endings"]

ABNORMAL_CLOSURE = 1006


def telling_of_endings(application: ASGIApp) -> ASGIApp:
    """Tell the application of every WebSocket's end, with the code and reason that a client closes with."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        stream = getattr(send, "__self__", None)
        if not isinstance(stream, WSStream):
            await application(scope, receive, send)
            return
        ending = _Ending(stream, receive, send)
        try:
            if not stream.closed:
                await application(scope, ending.receive, ending.send)
        finally:
            ending.stop_pings()
        await ending.close_refused()

    return call


@final
class _Ending:
    """Watches one stream.

    Hypercorn refuses a client that sends before its handshake is answered, and leaves the application waiting. It
    would also wait for a place in the queue of what the application has not received, be it in the application's own
    `send`, to tell it that the client has gone; and for a client that closes to read the answer. It would keep the
    task that pings for as long as that sleeps.
    """

    __slots__ = ("_closed_properly", "_handle", "_last", "_pings", "_put", "_queue", "_send", "_send_pings", "_stream")

    def __init__(self, stream: WSStream, receive: Receive, send: Send) -> None:
        self._stream = stream
        self._send = send
        self._handle = stream.handle
        self._last: Message | None = None
        self._closed_properly = False
        _watch_close_frames(stream, self._close_frame)
        self._pings: asyncio.Task[Any] | None = None
        self._send_pings = stream._send_pings  # pyright: ignore[reportPrivateUsage]
        stream._send_pings = self._ping  # type: ignore[method-assign]  # pyright: ignore[reportPrivateUsage]
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

    async def close_refused(self) -> None:
        """End the connection of a client that was refused, which Hypercorn leaves open."""
        if self._stream.closed and not self._closed_properly:
            await self._stream.send(StreamClosed(stream_id=self._stream.stream_id))

    def stop_pings(self) -> None:
        """End the pings of a WebSocket whose application has returned."""
        if self._pings is not None:
            self._pings.cancel()

    async def _ping(self) -> None:
        self._pings = asyncio.current_task()
        await self._send_pings()

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


def _watch_close_frames(stream: WSStream, watcher: Callable[[CloseConnection], None]) -> None:
    """Have each close frame of a stream told, before Hypercorn answers it."""
    accept = stream.handshake.accept

    def accept_and_watch(
        subprotocol: str | None, additional_headers: Iterable[tuple[bytes, bytes]]
    ) -> tuple[int, list[tuple[bytes, bytes]], Connection]:
        status, response_headers, connection = accept(subprotocol, additional_headers)
        events = connection.events

        def watched() -> Generator[Event]:
            for event in events():
                if isinstance(event, CloseConnection):
                    watcher(event)
                yield event

        connection.events = watched  # type: ignore[method-assign]  # the codes are told nowhere else
        return status, response_headers, connection

    stream.handshake.accept = accept_and_watch  # type: ignore[method-assign]  # the connection is made there
