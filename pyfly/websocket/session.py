"""One client's connection and its messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, cast

from pydantic_core import from_json, to_json
from typing_extensions import TypeVar

from pyfly.websocket.crowding import BREATH
from pyfly.websocket.drained import DrainedSession
from pyfly.websocket.errors import InvalidMessage, SessionStateError, WebSocketDisconnect
from pyfly.websocket.messages import UNTYPED, MessageCodec
from pyfly.websocket.outbox import DEFAULT_LIMITS, OutboxLimits
from pyfly.websocket.session_core import state_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.websocket.ports import Connection, JsonMode, Message, RawWebSocket

__all__ = ["WebSocketSession"]

In_co = TypeVar("In_co", covariant=True, default=Any)
Out_contra = TypeVar("Out_contra", contravariant=True, default=Any)

_BYTES: Final[tuple[type, ...]] = (bytes, bytearray, memoryview)


class WebSocketSession(DrainedSession, Generic[In_co, Out_contra]):
    """A client's WebSocket connection.

    Wraps a connection that speaks ASGI messages, such as Starlette's ``WebSocket``.

    The two type parameters are the messages it receives and sends: ``str``, ``bytes``, anything pydantic knows, or a
    union of them; ``Never`` for none. Left out, they are ``Any``.

    See "WebSocketSession" in the WebSocket guide.

    Args:
        connection: What to speak through.
        managed: Whether a handler runs for this session, and is to be told when it ends elsewhere.
        on_accept: Called once the handshake is complete.
        codec: How `receive` and `send` read and write.
        outbox_limits: How much may wait for the client when others send to it.

    Attributes:
        accepted: Whether the handshake was ever completed.
        close_code: The close code, the client's or the server's, whoever closed first; None while nobody has.
        close_reason: The reason that came with it; may be empty.
        subprotocol: The subprotocol agreed on, or None.
        received: Messages received so far.
        sent: Messages sent so far.
        opened_at: When the handshake was accepted, in seconds of `time.monotonic`; None before that.
    """

    __slots__ = ("_breathes_after", "_codec")
    _internal: ClassVar[tuple[str, ...]] = ("codec", "prepare", "wrapper_type")

    wrapper_type: ClassVar[type[WebSocketSession]]
    """The session made for an object that speaks no ASGI messages."""

    def __new__(
        cls,
        connection: Connection | RawWebSocket,
        *,
        managed: bool = False,
        on_accept: Callable[[WebSocketSession], Awaitable[None] | None] | None = None,
        codec: MessageCodec = UNTYPED,
        outbox_limits: OutboxLimits = DEFAULT_LIMITS,
    ) -> Self:
        """Choose how to speak: in ASGI messages where the connection can, else by its own methods."""
        if cls is WebSocketSession and not isinstance(getattr(connection, "scope", None), MutableMapping):
            return object.__new__(cls.wrapper_type)  # type: ignore[return-value]  # cls is the base of all sessions here
        return object.__new__(cls)

    def __init__(
        self,
        connection: Connection | RawWebSocket,
        *,
        managed: bool = False,
        on_accept: Callable[[WebSocketSession], Awaitable[None] | None] | None = None,
        codec: MessageCodec = UNTYPED,
        outbox_limits: OutboxLimits = DEFAULT_LIMITS,
    ) -> None:
        scope: Any = getattr(connection, "scope", None)
        receive = getattr(connection, "receive", None)
        self.prepare(
            connection,
            cast("dict[str, Any]", scope) if isinstance(scope, dict) else {},
            receive or self._refuse_receive,
            getattr(connection, "send", None) or self._refuse_send,
            managed,
            on_accept,
            codec,
            outbox_limits,
        )
        if receive is not None and state_name(connection, "application_state") == "CONNECTED":
            self._open()

    def prepare(
        self,
        connection: Connection | RawWebSocket | None,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
        managed: bool,
        on_accept: Callable[[WebSocketSession], Awaitable[None] | None] | None,
        codec: MessageCodec,
        outbox_limits: OutboxLimits,
    ) -> None:
        """Set everything that a new session has, whatever classes it is made of.

        One after the other, a constructor for each class would take a fifth of what a whole session does.

        Args:
            connection: What tells of the handshake; None where the adapter makes it of the scope, when it is asked.
            scope: The ASGI scope; empty where there is none.
            receive: Gives the next message.
            send: Takes a message.
            managed: Whether a handler runs for this session.
            on_accept: Called once the handshake is complete.
            codec: How `receive` and `send` read and write.
            outbox_limits: How much may wait for the client when others send to it.
        """
        self._given = connection
        self._scope = scope
        self._source = self._receive_raw = receive
        self._send_raw = send
        self._managed = self._handled = managed
        self._on_accept = on_accept
        self._codec = codec
        self._limits = outbox_limits
        self._receive = self._send = self._handler = self._attention = None
        self._aware = self._ended_elsewhere = self._found_by_sending = self._cancelled = self._server_stops = False
        self._concludes = False
        self._ahead = self._closing = self._ending = self._other_told = self._endings = self._outbox = None
        self._farewell = self._attributes = self._id = self._identity = None
        self._farewell_said = False
        self._full_looks = self._idle_looks = 0
        self._seen = -1
        self._listening = "not"
        self.accepted = False
        self.close_code = self.opened_at = self.subprotocol = self.denied_for = self.denied_with = None
        self.close_reason = self.path_template = ""
        self.challenge = "Bearer"
        self.received = self.sent = 0
        self._breathes_after = BREATH

    def _open(self) -> None:
        self.accepted = True
        self.opened_at = time.monotonic()
        self._receive = self._source
        self._send = self._send_raw
        if self._farewell is not None:
            self._plug_farewell()
        if self._managed and self._codec.takes_nothing:
            self._read_ahead(discard=True)

    @property
    def codec(self) -> MessageCodec:
        """How messages are read and written."""
        return self._codec

    async def receive(self) -> In_co:
        """Wait for the next message and return it as the session's ``In`` type.

        Cancelling loses no message.

        Raises:
            InvalidMessage: The message does not parse or validate; uncaught, the session is closed with 1007.
            WebSocketDisconnect: The session has ended.
            UnexpectedFrame: A frame of this kind is no message of the type; the session has been closed with 1003.
            SessionStateError: The session is not open.
        """
        # Spelled out in each of the three: a call in between would cost every message more than a tenth.
        receive = self._receive
        if receive is None:
            receive = self._refuse_receive
        self._listening = "now"
        try:
            message = await receive()
        finally:
            self._listening = "lately"
        codec = self._codec
        frame: Any = message.get("text")
        decode: Callable[[Any], Any] | None = codec.decode_text
        if frame is None:
            frame, decode = message.get("bytes"), codec.decode_bytes
        if frame is None or decode is None or self._farewell_said:
            await self._reject(message, expected=codec.expected)
        self.received += 1
        received: In_co = decode(frame)
        return received

    async def send(self, message: Out_contra, /) -> None:
        """Send a message of the session's ``Out`` type; otherwise like `send_text`.

        Raises:
            TypeError: The message is none of the types.
            PydanticSerializationError: Something in it is not what its type says.
        """
        frame = self._codec.encode(message)
        send = self._send
        if send is None:
            send = self._refuse_send
        try:
            await send(frame)
        except Exception as error:
            await self._undelivered(error)
        else:
            self.sent = sent = self.sent + 1
            if sent >= self._breathes_after:
                self._breathes_after = sent + BREATH
                await asyncio.sleep(0)

    def __aiter__(self) -> Self:
        """Iterate over the messages until the session ends, whoever closes it; that is no error here."""
        return self

    async def __anext__(self) -> In_co:
        """Return the next message, as `receive` does."""
        try:
            return await self.receive()
        except WebSocketDisconnect:
            raise StopAsyncIteration from None
        except SessionStateError:
            if self.close_code is None:
                raise
            raise StopAsyncIteration from None

    async def receive_text(self) -> str:
        """Wait for the next message, which must be text.

        Cancelling loses no message.

        Raises:
            WebSocketDisconnect: The client has left.
            UnexpectedFrame: The message is binary; the session has been closed with 1003.
            SessionStateError: The session is not open.
        """
        receive = self._receive
        if receive is None:
            receive = self._refuse_receive
        self._listening = "now"
        try:
            message = await receive()
        finally:
            self._listening = "lately"
        try:
            text: str | None = message["text"]
        except KeyError:
            text = None
        if text is None or self._farewell_said:
            await self._reject(message, expected="text")
        self.received += 1
        return text

    async def receive_bytes(self) -> bytes:
        """Wait for the next message, which must be binary; otherwise like `receive_text`."""
        receive = self._receive
        if receive is None:
            receive = self._refuse_receive
        self._listening = "now"
        try:
            message = await receive()
        finally:
            self._listening = "lately"
        try:
            data: bytes | None = message["bytes"]
        except KeyError:
            data = None
        if data is None or self._farewell_said:
            await self._reject(message, expected="binary")
        self.received += 1
        return data

    async def receive_json(self, mode: JsonMode = "text") -> Any:
        """Wait for the next message and decode it as JSON (RFC 8259).

        Args:
            mode: The kind of frame expected: ``text`` or ``binary``.

        Raises:
            InvalidMessage: The message is no JSON; uncaught, the session is closed with 1007.
            WebSocketDisconnect: The client has left.
            UnexpectedFrame: The message is of the other kind; the session has been closed with 1003.
            SessionStateError: The session is not open.
        """
        _check_mode(mode)
        frame = await (self.receive_text() if mode == "text" else self.receive_bytes())
        try:
            return from_json(frame, allow_inf_nan=False)
        except ValueError as error:
            raise InvalidMessage(
                frame, [{"type": "json_invalid", "loc": (), "msg": f"Invalid JSON: {error}"}]
            ) from None

    async def send_text(self, data: str) -> None:
        """Send a text message.

        Waits while the server pushes back. Cancelling may lose the message, never half of it. When the client has
        already left, the session's own handler is told by `WebSocketDisconnect`; for anyone else, such as another
        session's broadcast, the message is dropped.

        Raises:
            WebSocketDisconnect: The client has left.
            SessionStateError: The session is not open.
            TypeError: The data is no str.
        """
        if not isinstance(data, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every caller is checked
            raise TypeError(f"send_text(): expected str, got {type(data).__name__}; send_json() sends other objects")
        send = self._send
        if send is None:
            send = self._refuse_send
        try:
            await send({"type": "websocket.send", "text": data})
        except Exception as error:
            await self._undelivered(error)
        else:
            self.sent = sent = self.sent + 1
            if sent >= self._breathes_after:
                self._breathes_after = sent + BREATH
                await asyncio.sleep(0)

    async def send_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Send binary data; otherwise like `send_text`."""
        if not isinstance(data, _BYTES):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every caller is checked
            raise TypeError(f"send_bytes(): expected bytes, got {type(data).__name__}")
        if not isinstance(data, bytes):
            data = bytes(data)
        send = self._send
        if send is None:
            send = self._refuse_send
        try:
            await send({"type": "websocket.send", "bytes": data})
        except Exception as error:
            await self._undelivered(error)
        else:
            self.sent = sent = self.sent + 1
            if sent >= self._breathes_after:
                self._breathes_after = sent + BREATH
                await asyncio.sleep(0)

    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON; otherwise like `send_text`.

        Args:
            data: What pydantic can serialize: dict, list, scalars, models, dataclasses, dates, UUIDs …
            mode: The kind of frame: ``text`` or ``binary``.

        Raises:
            PydanticSerializationError: The object holds something that has no JSON form.
        """
        _check_mode(mode)
        encoded = to_json(data, inf_nan_mode="null")
        await (self.send_text(encoded.decode()) if mode == "text" else self.send_bytes(encoded))


def _check_mode(mode: str) -> None:
    if mode not in ("text", "binary"):
        raise ValueError(f'mode is {mode!r}; it must be "text" or "binary"')
