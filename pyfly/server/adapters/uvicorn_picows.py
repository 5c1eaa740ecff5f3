"""uvicorn's WebSocket connection with picows for its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, final

from uvicorn.protocols.utils import ClientDisconnected
from websockets.exceptions import InvalidState
from websockets.server import ServerProtocol

from pyfly.server.adapters.picows_frames import Frames
from pyfly.server.adapters.uvicorn_websocket import WebSocketProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Response

__all__ = ["PicowsProtocol"]


@final
class PicowsProtocol(WebSocketProtocol):
    """One WebSocket connection, which picows carries from its acceptance on.

    The handshake and its denial are websockets's and uvicorn's. So is all that ends a connection: `Frames` does what is
    asked of websockets there.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn: ServerProtocol = _Handshake(self._open, logger=self.conn.logger)
        self._frames: Frames | None = None
        self._early = bytearray()
        self.handle_message: Callable[[Any], None] = self.queue.put_nowait
        self.count_unread: Callable[[], int] = self.queue.qsize

    def data_received(self, data: bytes) -> None:
        """Take in the handshake, and keep what comes before its answer."""
        if not self.handshake_initiated:
            super().data_received(data)
            return
        self._early += data
        self.transport.pause_reading()

    def _open(self, response: Response) -> None:
        """Answer the handshake, and go on with frames."""
        key = self.request.headers["Sec-WebSocket-Key"]
        frames = Frames(self.transport, self, response, key=key, max_size=self.config.ws_max_size)
        self._frames = frames
        self.conn = cast("ServerProtocol", frames)
        frames.begin(bytes(self._early))
        if self._early:
            self._early.clear()
            if not self.read_paused:
                self.transport.resume_reading()

    async def send(self, message: ASGISendEvent) -> None:
        """Send for the application.

        Raises:
            ClientDisconnected: The client has gone, or the connection was closed from this side; an `OSError`.
        """
        frames = self._frames
        if frames is None or message["type"] != "websocket.send":
            await super().send(message)
            return
        if not self.writable.is_set():
            await self.writable.wait()
        try:
            if (data := message.get("bytes")) is not None:
                frames.send_binary(data)
            elif (text := message.get("text")) is not None:
                frames.send_text(text.encode())
        except InvalidState as error:
            raise ClientDisconnected("this WebSocket is closed") from error


class _Handshake(ServerProtocol):
    """websockets's part in a handshake: what accepts it is answered by picows."""

    def __init__(self, accept: Callable[[Response], None], **options: Any) -> None:
        super().__init__(**options)
        self._accept = accept

    def send_response(self, response: Response) -> None:
        """Send a denial, or have the answer sent that accepts."""
        if response.status_code == 101:
            self._accept(response)
        else:
            super().send_response(response)
