"""uvicorn's WebSocket connection, with the endings told the way the other servers tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, final

from uvicorn.config import Config as UvicornConfig
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from pyfly.asgi import SERVER_STOPS

if TYPE_CHECKING:
    import asyncio

    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

    from pyfly.server.ports import Stopping

__all__ = ["Config", "WebSocketProtocol"]

ABNORMAL_CLOSURE = 1006

UNAVAILABLE = 503
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@final
class Config(UvicornConfig):
    """uvicorn's configuration, and what its connections are told when it stops.

    Args:
        stopping: Has the close code.
        application: What is served.
        options: uvicorn's own.

    Attributes:
        stopping: Has the close code.
    """

    def __init__(self, stopping: Stopping, application: Any, **options: Any) -> None:
        super().__init__(application, **options)
        self.stopping = stopping


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """One WebSocket connection.

    - A connection lost without a close frame is a disconnect with 1006 (RFC 6455, section 7.1.5), not 1005.
    - Sending after the connection was closed from this side, whatever for, raises an `OSError`.
    - A close frame does not wait for a client that does not read.
    - Nothing is received after the connection was closed from this side.
    - A server that stops answers handshakes that wait with 503.
    - A pong that may lie behind what the application has not received is not missed.
    - A client that half-closes without a close frame has gone, whatever it has not read.
    - A handshake that was denied is complete, and no error.
    - A handshake that cannot be parsed is answered: 414 and 431 for what is too long, else 400.
    """

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends, and answer a handshake that is none."""
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
        # By this uvicorn decides between 1006 and 1005; it sets it again.
        self.handshake_complete: bool = False
        super().connection_lost(exc)

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
        super().shutdown()
        self.disconnected = True

    def keepalive_timeout(self) -> None:
        """End the connection of a client that does not answer pings; one that is not read from has not been heard."""
        if not self.read_paused:
            super().keepalive_timeout()
            return
        self.pong_timer: asyncio.TimerHandle | None = None
        self.pending_ping_payload: bytes | None = None
        self.schedule_ping()

    async def receive(self) -> ASGIReceiveEvent:
        """Receive for the application: nothing but the disconnect once the connection was closed from this side."""
        message = await super().receive()
        while self.close_sent and message["type"] == "websocket.receive":
            message = await super().receive()
        return message

    async def send(self, message: ASGISendEvent) -> None:
        """Send for the application.

        Raises:
            ClientDisconnected: The client has gone, or the connection was closed from this side; an `OSError`.
        """
        if message["type"] == "websocket.close":
            # Nothing is sent after it, so that all it may wait for is room in the buffer for some bytes.
            self.writable.set()
        try:
            await super().send(message)
        except RuntimeError as error:
            if self.close_sent:
                raise ClientDisconnected("this WebSocket is closed") from error
            raise
        if self.close_sent:
            self.handshake_complete = True
