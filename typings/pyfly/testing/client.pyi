# Generated from pyfly/testing/client.py; edit that, then run: python -m tools.stubs
"""The client's side of a session, with the handler's messages the other way round."""

from collections.abc import Mapping
from typing import Any, Generic, Self, TypeVar, final

from pyfly.testing.messages import Call, Closing
from pyfly.testing.ports import Transport
from pyfly.websocket import SessionState
from pyfly.websocket.ports import JsonMode

__all__ = ["WebSocketClient"]

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)

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

    timeout: float
    url: str
    def __init__(self, transport: Transport, call: Call, *, timeout: float) -> None: ...
    @property
    def state(self) -> SessionState:
        """Whether the session is open or closed, from whichever side."""
    @property
    def closing(self) -> Closing | None:
        """How the session ended; None while it is open. Messages sent before that may still wait to be received."""
    @property
    def subprotocol(self) -> str | None:
        """The subprotocol agreed on."""
    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the answer to the handshake, by name in lower case; of repeated ones the last."""
    @property
    def cookies(self) -> Mapping[str, str]:
        """Cookies that the answer to the handshake sets."""
    async def receive(self, *, timeout: float | None = None) -> Out_co:
        """Wait for the next message and return it as the type that the handler sends.

        Cancelling loses no message.

        Args:
            timeout: Seconds to wait; the client's own by default.

        Raises:
            ClientTimeout: None came.
            SessionEnded: The session has ended.
            UnexpectedMessage: It is not of the type.
        """
    async def receive_text(self, *, timeout: float | None = None) -> str:
        """Wait for the next message, which must be text; otherwise like `receive`."""
    async def receive_bytes(self, *, timeout: float | None = None) -> bytes:
        """Wait for the next message, which must be binary; otherwise like `receive`."""
    async def receive_json(self, *, timeout: float | None = None) -> Any:
        """Wait for the next message, text or binary, and decode it as JSON; otherwise like `receive`."""
    async def send(self, message: In_contra, /) -> None:
        """Send a message of the type that the handler receives.

        Raises:
            SessionEnded: The session has ended.
            TypeError: The message is none of the types.
            PydanticSerializationError: Something in it is not what its type says.
        """
    async def send_text(self, data: str) -> None:
        """Send a text frame, whatever the handler receives: for bad input, say.

        Raises:
            SessionEnded: The session has ended.
        """
    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame; otherwise like `send_text`."""
    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send an object as JSON, whatever the handler receives; otherwise like `send_text`.

        Args:
            data: What pydantic can serialize.
            mode: The kind of frame.
        """
    async def close(self, code: int | None = 1000, reason: str = "") -> None:
        """Close the session from this side.

        What the handler sent before can still be received. Closing twice is harmless.

        Args:
            code: The close code; any, since this is to test with. None for a close frame without one, which the
                handler sees as 1005.
            reason: The reason to send.
        """
    async def vanish(self) -> None:
        """Go without a close frame, as when a cable is pulled: the handler sees 1006."""
    async def closed(self, *, timeout: float | None = None) -> Closing:
        """Wait until the session has ended, its handler has, and ``on_disconnect`` has run; tell how it ended.

        A handler that failed is no error here: the code tells, 1011. What its cleanup raises is told at the end of the
        block all the same. On a live server it cannot be told when the handler has ended.

        Args:
            timeout: Seconds to wait; the client's own by default.

        Raises:
            ClientTimeout: It has not ended.
            UnexpectedMessage: A message was not received yet; receive it, or iterate over all that are left.
        """
    def __aiter__(self) -> Self:
        """Iterate over the messages until the session ends; a handler that failed is raised as `SessionEnded`."""
    async def __anext__(self) -> Out_co:
        """Return the next message, as `receive` does."""
