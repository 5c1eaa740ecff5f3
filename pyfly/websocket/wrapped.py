"""Sessions over objects that have Starlette's methods but speak no ASGI messages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar, final

from pyfly.websocket.close_codes import CloseCode, checked_close_code, legal_reason
from pyfly.websocket.errors import tells_departure
from pyfly.websocket.headers import encoded_headers
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.session_core import SessionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from pyfly.websocket.ports import JsonMode, Message

__all__ = ["WrappedSession"]

T = TypeVar("T")


@final
class WrappedSession(WebSocketSession):
    """A session over any object with the methods of Starlette's ``WebSocket``, such as a test double.

    Each call goes to the object's method of the same name, which keeps its own rules about what may be called when.
    """

    __slots__ = ()

    async def accept(
        self,
        subprotocol: str | None = None,
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Accept the handshake."""
        raw_headers = encoded_headers(headers)
        options = {"headers": raw_headers} if raw_headers else {}
        await self._told(self._given.accept(subprotocol, **options))
        self.accepted = True
        self.opened_at = time.monotonic()
        self.subprotocol = subprotocol

    async def deny(
        self,
        status: int = 403,
        body: str | bytes = "",
        *,
        media_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    ) -> None:
        """Refuse the handshake by closing before accept, as these objects can no better."""
        if self.state is not SessionState.CONNECTING:
            raise self._state_error("deny()", mend="an accepted session is ended with close()")
        self._closed(CloseCode.ABNORMAL, "")
        await self._given.close()

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close the connection; closing twice is harmless."""
        code = checked_close_code(code)
        if self.close_code is None:
            reason = None if reason is None else legal_reason(reason)
            self._closed(code, reason or "")
            await self._given.close(code=code, reason=reason)

    def _transmitter(self) -> Callable[[Message], Awaitable[None]]:
        return self._transmit

    async def _transmit(self, message: Message) -> None:
        if message.get("text") is not None:
            await self._given.send_text(message["text"])
        else:
            await self._given.send_bytes(message["bytes"])

    async def _transmit_last(self, *messages: Message) -> None:
        for message in messages:
            await self._given.close(code=message["code"], reason=message["reason"])

    async def receive_text(self) -> str:
        """Receive a text message."""
        text: str = await self._told(self._given.receive_text())
        self.received += 1
        return text

    async def receive_bytes(self) -> bytes:
        """Receive binary data."""
        data: bytes = await self._told(self._given.receive_bytes())
        self.received += 1
        return data

    async def receive_json(self, mode: JsonMode = "text") -> Any:
        """Receive and decode a JSON message."""
        message: Any = await self._told(self._given.receive_json(mode=mode))
        self.received += 1
        return message

    async def send_text(self, data: str) -> None:
        """Send a text message."""
        await self._told(self._given.send_text(data))
        self.sent += 1

    async def send_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Send binary data."""
        await self._told(self._given.send_bytes(data))
        self.sent += 1

    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send a JSON-serializable object."""
        await self._told(self._given.send_json(data, mode=mode))
        self.sent += 1

    async def _told(self, call: Awaitable[T]) -> T:
        """Make a call, and keep the close code when it tells that the client has left."""
        try:
            return await call
        except Exception as error:
            if tells_departure(error) and self.close_code is None:
                self._closed(getattr(error, "code", CloseCode.ABNORMAL), getattr(error, "reason", None) or "")
            raise


WebSocketSession.wrapper_type = WrappedSession
