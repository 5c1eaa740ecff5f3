"""The client's side of a session, with the handler's messages the other way round."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, final

from pydantic_core import from_json, to_json

from pyfly.container.bean_types import describe_type
from pyfly.testing.errors import ClientTimeout, SessionEnded, UnexpectedMessage
from pyfly.testing.messages import Closing
from pyfly.websocket import CloseCode, InvalidMessage, SessionState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from pyfly.testing.messages import Call, Frame
    from pyfly.testing.ports import Transport
    from pyfly.websocket.ports import JsonMode

__all__ = ["WebSocketClient"]

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)
T = TypeVar("T")


@final
class WebSocketClient(Generic[In_contra, Out_co]):
    """A client that talks to one handler: it sends the session's ``In`` and receives its ``Out``.

    Nothing waits for ever: whatever does not come within the timeout raises `ClientTimeout`, which tells what was
    waited for, what the session is about, and the line at which its handler waits.

    Args:
        transport: What to speak through.
        call: What was opened.
        timeout: Seconds to wait for anything.

    Attributes:
        timeout: Seconds to wait for anything, unless a call is given its own.
        url: Path and query of the handshake as they were sent.
    """

    __slots__ = ("_call", "_transport", "timeout", "url")

    def __init__(self, transport: Transport, call: Call, *, timeout: float) -> None:
        self._transport = transport
        self._call = call
        self.timeout = timeout
        self.url: str = call.request.target

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._call.label} at {self.url} {self.state}>"

    @property
    def state(self) -> SessionState:
        """Whether the session is open or closed, from whichever side."""
        return SessionState.OPEN if self._transport.closing is None else SessionState.CLOSED

    @property
    def closing(self) -> Closing | None:
        """How the session ended; None while it is open. Messages sent before that may still wait to be received."""
        return self._transport.closing

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol agreed on."""
        return self._transport.opened.subprotocol

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the answer to the handshake, by name in lower case; of repeated ones the last."""
        return dict(self._transport.opened.headers)

    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies that the answer to the handshake sets."""
        found: SimpleCookie = SimpleCookie()
        for name, value in self._transport.opened.headers:
            if name == "set-cookie":
                found.load(value)
        return {name: morsel.value for name, morsel in found.items()}

    async def receive(self, *, timeout: float | None = None) -> Out_co:  # noqa: ASYNC109
        """Wait for the next message and return it as the type that the handler sends.

        Cancelling loses no message.

        Args:
            timeout: Seconds to wait; the client's own by default.

        Raises:
            ClientTimeout: None came.
            SessionEnded: The session has ended.
            UnexpectedMessage: It is not of the type.
        """
        codec = self._call.codec
        expected = self._expected()
        frame = await self._frame(expected, timeout)
        decode: Any = codec.decode_text if isinstance(frame, str) else codec.decode_bytes
        if decode is None:
            raise UnexpectedMessage(expected, frame, "the handler's session does not send such frames by its type")
        try:
            received: Out_co = decode(frame)
        except InvalidMessage as error:
            faults = "; ".join(f"{_way(fault['loc'])}{fault['msg']}" for fault in error.errors)
            raise UnexpectedMessage(expected, frame, faults) from None
        return received

    async def receive_text(self, *, timeout: float | None = None) -> str:  # noqa: ASYNC109
        """Wait for the next message, which must be text; otherwise like `receive`."""
        frame = await self._frame("a text message", timeout)
        if not isinstance(frame, str):
            raise UnexpectedMessage("a text message", frame, "receive it with receive_bytes()")
        return frame

    async def receive_bytes(self, *, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Wait for the next message, which must be binary; otherwise like `receive`."""
        frame = await self._frame("a binary message", timeout)
        if not isinstance(frame, bytes):
            raise UnexpectedMessage("a binary message", frame, "receive it with receive_text()")
        return frame

    async def receive_json(self, *, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """Wait for the next message, text or binary, and decode it as JSON; otherwise like `receive`."""
        frame = await self._frame("a JSON message", timeout)
        try:
            return from_json(frame, allow_inf_nan=False)
        except ValueError as error:
            raise UnexpectedMessage("a JSON message", frame, str(error)) from None

    async def send(self, message: In_contra, /) -> None:
        """Send a message of the type that the handler receives.

        Raises:
            SessionEnded: The session has ended.
            TypeError: The message is none of the types.
            PydanticSerializationError: Something in it is not what its type says.
        """
        frame = self._call.codec.encode(message)
        text: str | None = frame.get("text")
        await self._send(frame["bytes"] if text is None else text)

    async def send_text(self, data: str) -> None:
        """Send a text frame, whatever the handler receives: for bad input, say.

        Raises:
            SessionEnded: The session has ended.
        """
        await self._send(data)

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame; otherwise like `send_text`."""
        await self._send(data)

    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON, whatever the handler receives; otherwise like `send_text`.

        Args:
            data: What pydantic can serialize.
            mode: The kind of frame.
        """
        encoded = to_json(data, inf_nan_mode="constants")
        await self._send(encoded if mode == "binary" else encoded.decode())

    async def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Close the session from this side.

        What the handler sent before can still be received. Closing twice is harmless.

        Args:
            code: The close code; any, since this is to test with. None for a close frame without one, which the
                handler sees as 1005.
            reason: The reason to send.
        """
        await self._transport.close(Closing(1005 if code is None else code, reason))

    async def vanish(self) -> None:
        """Go without a close frame, as when a cable is pulled: the handler sees 1006."""
        await self._transport.vanish()

    async def closed(self, *, timeout: float | None = None) -> Closing:  # noqa: ASYNC109
        """Wait until the session has ended, its handler has, and ``on_disconnect`` has run; tell how it ended.

        A handler that failed is no error here: the code tells, 1011. What its cleanup raises is told at the end of the
        block all the same. On a live server it cannot be told when the handler has ended.

        Args:
            timeout: Seconds to wait; the client's own by default.

        Raises:
            ClientTimeout: It has not ended.
            UnexpectedMessage: A message was not received yet; receive it, or iterate over all that are left.
        """
        ending = await self._in_time(self._transport.receive(), f"{self._call.label} to end the session", timeout)
        if not isinstance(ending, Closing):
            mend = "receive it first, or go through all: async for message in client"
            raise UnexpectedMessage("the session's end", ending, mend)
        waiting = self._transport.wait_ended()
        await self._in_time(waiting, f"the handler {self._call.label} to end after its session", timeout)
        if ending.code in (CloseCode.INTERNAL_ERROR, CloseCode.ABNORMAL):
            self._transport.tell_failure()
        return ending

    def __aiter__(self) -> Self:
        """Iterate over the messages until the session ends; a handler that failed is raised as `SessionEnded`."""
        return self

    async def __anext__(self) -> Out_co:
        """Return the next message, as `receive` does."""
        try:
            return await self.receive()
        except SessionEnded as ended:
            if ended.__cause__ is not None:
                raise
            raise StopAsyncIteration from None

    def _expected(self) -> str:
        kind = self._call.receives
        return f"a message from {self._call.label}" if kind is Any else f"{describe_type(kind)} from {self._call.label}"

    async def _frame(self, expected: str, seconds: float | None) -> Frame:
        received = await self._in_time(self._transport.receive(), expected, seconds)
        if isinstance(received, Closing):
            raise SessionEnded(f"waited for {expected}", received) from self._transport.tell_failure()
        return received

    async def _send(self, frame: Frame) -> None:
        closing = self._transport.closing
        if closing is not None:
            raise SessionEnded("could not send", closing) from self._transport.tell_failure()
        await self._transport.send(frame)

    async def _in_time(self, awaitable: Awaitable[T], awaited: str, seconds: float | None) -> T:
        limit = self.timeout if seconds is None else seconds
        try:
            async with asyncio.timeout(limit):
                return await awaitable
        except TimeoutError:
            state, mend = self._transport.situation()
            raise ClientTimeout(awaited, seconds=limit, state=state, mend=mend) from None


def _way(location: tuple[int | str, ...]) -> str:
    return f"{'.'.join(str(step) for step in location)}: " if location else ""
