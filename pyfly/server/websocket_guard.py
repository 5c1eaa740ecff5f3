"""Closes WebSockets where a server does not: with 1009 on too big a message, and when the server stops."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, cast, final

from pyfly.asgi import SERVER_STOPS

if TYPE_CHECKING:
    from pyfly.server.ports import ASGIApp, Message, Receive, Scope, Send

__all__ = ["WebSocketGuard"]

logger: logging.Logger = logging.getLogger("pyfly.server")

MESSAGE_TOO_BIG = 1009

LINGER_SECONDS = 0.05
"""What a client gets to take a close frame, where the server does not wait for its answer."""


@final
class WebSocketGuard:
    """ASGI middleware that ends WebSockets properly on servers that would not.

    A message over the limit closes the connection with 1009, and the application's `receive` gives a
    `websocket.disconnect` with that code. `stop` does the same for every open connection, which it tells by
    `SERVER_STOPS`, and answers handshakes that wait with 503. What the application sends after either raises `OSError`,
    as ASGI has it. A `receive` that waits while the connection is closed from this side, be it by another task of the
    application, gives the `websocket.disconnect` at once. Cancelling a `receive` loses no message: the next one gets
    it. Text with a lone surrogate, which has no UTF-8 and which Granian would send as nothing, raises
    `UnicodeEncodeError`.

    Args:
        application: What is guarded.
        max_message_size: Limit in bytes; text counts as UTF-8.
        lingers: Whether to give clients a moment to take a close frame: a server that ends the connection at once, with
            something of the client unread, resets it, and what was sent last is lost.
    """

    __slots__ = ("_application", "_open", "_stopped", "lingers", "max_message_size")

    def __init__(self, application: ASGIApp, *, max_message_size: int, lingers: bool = False) -> None:
        self._application = application
        self._open: set[_GuardedWebSocket] = set()
        self._stopped = False
        self.max_message_size: int = max_message_size
        self.lingers: bool = lingers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, guarded when it is a WebSocket."""
        if scope["type"] != "websocket":
            await self._application(scope, receive, send)
            return
        websocket = _GuardedWebSocket(self, scope, receive, send)
        self._open.add(websocket)
        try:
            await self._application(scope, websocket.receive, websocket.send)
            # A server ends the connection with the application, also under a close frame that is on its way.
            await websocket.settle()
            if self.lingers and not self._stopped:
                await websocket.linger()
        finally:
            self._open.discard(websocket)
            websocket.conclude()

    async def stop(self, code: int, *, patience: float = 1.0) -> None:
        """Close every open WebSocket, before the server ends.

        Args:
            code: The close code.
            patience: Seconds after which clients that do not read are given up on.
        """
        self._stopped = True
        closings = {asyncio.create_task(websocket.stop(code)) for websocket in self._open}
        if not closings:
            return
        done, late = await asyncio.wait(closings, timeout=patience)
        for closing in late:
            closing.cancel()
        for closing in done:
            if (error := closing.exception()) is not None:
                logger.debug("A WebSocket could not be closed: %r", error)
        if self.lingers:
            await asyncio.sleep(LINGER_SECONDS)


@final
class _GuardedWebSocket:
    __slots__ = (
        "_accepted",
        "_accepting",
        "_close_sent",
        "_closed_at",
        "_closed_code",
        "_ended",
        "_gone",
        "_guard",
        "_lingering",
        "_pending",
        "_receive",
        "_receiving",
        "_scope",
        "_send",
        "_stopping",
    )

    def __init__(self, guard: WebSocketGuard, scope: Scope, receive: Receive, send: Send) -> None:
        self._guard = guard
        self._scope = scope
        self._receive = receive
        self._send = send
        self._accepted = False
        self._accepting: asyncio.Event | None = None
        self._ended = False
        self._gone = False
        self._closed_code: int | None = None
        self._closed_at = 0.0
        self._lingering: asyncio.Event | None = None
        self._close_sent: asyncio.Event | None = None
        self._receiving = asyncio.Lock()
        self._pending: asyncio.Future[Message] | None = None
        self._stopping = False

    async def receive(self) -> Message:
        async with self._receiving:
            message = None if self._closed_code is not None else await self._next_message()
        if message is None:
            return _disconnect(cast("int", self._closed_code)) | ({SERVER_STOPS: True} if self._stopping else {})
        kind = message["type"]
        if kind == "websocket.receive" and _exceeds(message, self._guard.max_message_size):
            await self._close(MESSAGE_TOO_BIG, f"message exceeds limit of {self._guard.max_message_size} bytes")
            return _disconnect(MESSAGE_TOO_BIG)
        if kind == "websocket.disconnect":
            self._ended = self._gone = True
        return message

    async def _next_message(self) -> Message | None:
        """Wait for the server's next message; None when the connection is closed from this side before it comes."""
        if self._pending is None:
            self._pending = asyncio.ensure_future(self._receive())
        pending = self._pending
        if not pending.done():
            await _completion_of(pending)
        self._pending = None
        return pending.result() if self._closed_code is None else None

    def conclude(self) -> None:
        """Leave nothing behind: the application has returned."""
        self._ended = True
        self.finish()

    def finish(self) -> None:
        """Give up a `receive` of the server whose message nobody will ask for."""
        pending, self._pending = self._pending, None
        if pending is not None and not pending.cancel() and (error := pending.exception()) is not None:
            logger.debug("The receive that was left over failed: %r", error)

    async def settle(self) -> None:
        """Wait until a close that another task sends is sent."""
        if self._close_sent is not None:
            await self._close_sent.wait()

    async def linger(self) -> None:
        """Give the client the time to take the close frame."""
        if not self._accepted or self._closed_code is None or time.monotonic() - self._closed_at > LINGER_SECONDS:
            return
        self._lingering = asyncio.Event()
        try:
            await self._pass_over()
        finally:
            self._lingering.set()

    async def _pass_over(self) -> None:
        """Receive for a moment, for nobody."""
        task = cast("asyncio.Task[Any]", asyncio.current_task())
        cancellations = task.cancelling()
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while (await self._receive())["type"] != "websocket.disconnect":
                    continue
        except TimeoutError:
            return
        except asyncio.CancelledError:
            # Granian cancels what is received when it stops, and not the task.
            if task.cancelling() > cancellations:
                raise

    async def send(self, message: Message) -> None:
        if self._closed_code is not None:
            raise OSError(f"this WebSocket was closed with code {self._closed_code}")
        if self._gone:
            raise OSError("the client has gone")
        kind = message["type"]
        if kind == "websocket.send":
            if not (text := message.get("text") or "").isascii():
                text.encode()
            await self._send_whole(message)
            return
        if kind == "websocket.close" and self._accepted:
            await self._end(message.get("code", 1000), message)
            return
        if kind == "websocket.accept":
            self._accepting = asyncio.Event()
            try:
                await self._send(message)
                self._accepted = True
            finally:
                self._accepting.set()
            return
        await self._send(message)
        self._ended = True

    async def _send_whole(self, message: Message) -> None:
        if not self._guard.lingers:
            await self._send(message)
            return
        # Granian keeps the task whose wait for it is cancelled, and with it the session, for ever.
        sending = asyncio.ensure_future(self._send(message))
        if not sending.done():
            await _completion_of(sending)
        sending.result()

    async def stop(self, code: int) -> None:
        if self._accepting is not None:
            await self._accepting.wait()
        if self._lingering is not None:
            await self._lingering.wait()
        if self._ended or self._closed_code is not None:
            return
        self._stopping = True
        if self._accepted or "websocket.http.response" not in (self._scope.get("extensions") or {}):
            await self._close(code, "")
            return
        headers = [(b"content-length", b"0"), (b"connection", b"close"), (b"retry-after", b"1")]
        start = {"type": "websocket.http.response.start", "status": 503, "headers": headers}
        await self._end(code, start, {"type": "websocket.http.response.body", "body": b""})

    async def _close(self, code: int, reason: str) -> None:
        await self._end(code, {"type": "websocket.close", "code": code, "reason": reason})

    async def _end(self, code: int, *messages: Message) -> None:
        self._closed_code = code
        self._close_sent = asyncio.Event()
        # Granian sends no close frame while a receive waits, and Hypercorn lets it wait for the client's answer.
        self.finish()
        try:
            if self._guard.lingers and self._accepted:
                await self._pass_over()
            for message in messages:
                await self._send(message)
        finally:
            self._closed_at = time.monotonic()
            self._close_sent.set()


async def _completion_of(pending: asyncio.Future[Any]) -> None:
    """Wait for what a server does, and leave it alone when cancelled: Granian would lose the message that is due."""
    completed: asyncio.Future[None] = pending.get_loop().create_future()

    def tell(_: object) -> None:
        if not completed.done():
            completed.set_result(None)

    pending.add_done_callback(tell)
    try:
        await completed
    finally:
        pending.remove_done_callback(tell)


def _disconnect(code: int) -> dict[str, Any]:
    return {"type": "websocket.disconnect", "code": code, "reason": ""}


def _exceeds(message: Message, limit: int) -> bool:
    data = message.get("bytes")
    if data is not None:
        return len(data) > limit
    text = message.get("text") or ""
    # UTF-8 takes one to four bytes a character, so most lengths need no encoding to tell.
    if len(text) * 4 <= limit:
        return False
    return len(text) > limit or len(text.encode(errors="surrogatepass")) > limit
