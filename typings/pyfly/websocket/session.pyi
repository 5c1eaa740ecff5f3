# Generated from pyfly/websocket/session.py; edit that, then run: python -m tools.stubs
"""One client's connection and its messages."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, Self

from typing_extensions import TypeVar

from pyfly.websocket.drained import DrainedSession
from pyfly.websocket.messages import UNTYPED, MessageCodec
from pyfly.websocket.outbox import DEFAULT_LIMITS, OutboxLimits
from pyfly.websocket.ports import Connection, JsonMode, RawWebSocket

__all__ = ["WebSocketSession"]

In_co = TypeVar("In_co", covariant=True, default=Any)
Out_contra = TypeVar("Out_contra", contravariant=True, default=Any)

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
    def __init__(
        self,
        connection: Connection | RawWebSocket,
        *,
        managed: bool = False,
        on_accept: Callable[[WebSocketSession], Awaitable[None] | None] | None = None,
        codec: MessageCodec = UNTYPED,
        outbox_limits: OutboxLimits = DEFAULT_LIMITS,
    ) -> None: ...
    async def receive(self) -> In_co:
        """Wait for the next message and return it as the session's ``In`` type.

        Cancelling loses no message.

        Raises:
            InvalidMessage: The message does not parse or validate; uncaught, the session is closed with 1007.
            WebSocketDisconnect: The session has ended.
            UnexpectedFrame: A frame of this kind is no message of the type; the session has been closed with 1003.
            SessionStateError: The session is not open.
        """
    async def send(self, message: Out_contra, /) -> None:
        """Send a message of the session's ``Out`` type; otherwise like `send_text`.

        Raises:
            TypeError: The message is none of the types.
            PydanticSerializationError: Something in it is not what its type says.
        """
    def __aiter__(self) -> Self:
        """Iterate over the messages until the session ends, whoever closes it; that is no error here."""
    async def __anext__(self) -> In_co:
        """Return the next message, as `receive` does."""
    async def receive_text(self) -> str:
        """Wait for the next message, which must be text.

        Cancelling loses no message.

        Raises:
            WebSocketDisconnect: The client has left.
            UnexpectedFrame: The message is binary; the session has been closed with 1003.
            SessionStateError: The session is not open.
        """
    async def receive_bytes(self) -> bytes:
        """Wait for the next message, which must be binary; otherwise like `receive_text`."""
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
    async def send_bytes(self, data: bytes | bytearray | memoryview) -> None:
        """Send binary data; otherwise like `send_text`."""
    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON; otherwise like `send_text`.

        Args:
            data: What pydantic can serialize: dict, list, scalars, models, dataclasses, dates, UUIDs …
            mode: The kind of frame: ``text`` or ``binary``.

        Raises:
            PydanticSerializationError: The object holds something that has no JSON form.
        """
