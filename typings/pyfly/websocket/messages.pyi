# Generated from pyfly/websocket/messages.py; edit that, then run: python -m tools.stubs
"""A session's messages: frames become objects, and objects frames."""

from collections.abc import Callable
from typing import Any, Final, Literal, final

from pyfly.websocket.ports import Message

__all__ = ["UNTYPED", "FrameKind", "MessageCodec", "codec_for"]

FrameKind = Literal["text", "binary"]
"""The kind of frame that carries JSON messages."""

@final
class MessageCodec:
    """How one session type reads and writes.

    Attributes:
        decode_text: Turns a text frame into a message; None where text frames are not expected.
        decode_bytes: Turns a binary frame into a message; None where binary frames are not expected.
        encode: Turns a message into an ASGI message.
        expected: The kind of frame to name when the other kind arrives.
        takes_nothing: Whether no message is ever expected.
    """

    decode_text: Callable[[str], Any] | None
    decode_bytes: Callable[[bytes], Any] | None
    encode: Callable[[Any], Message]
    takes_nothing: bool
    expected: FrameKind
    def __init__(
        self,
        decode_text: Callable[[str], Any] | None,
        decode_bytes: Callable[[bytes], Any] | None,
        encode: Callable[[Any], Message],
    ) -> None: ...

def codec_for(incoming: Any, outgoing: Any, *, frames: FrameKind = "text") -> MessageCodec:
    """Return the codec of a session's ``In`` and ``Out``.

    ``str`` travels in text frames and ``bytes`` in binary ones; everything else is JSON that pydantic validates and
    serializes. ``Any`` takes frames as they come, and sends what is no text or bytes as JSON.

    Args:
        incoming: The type of received messages; ``Never`` for none.
        outgoing: The type of sent messages; ``Never`` for none.
        frames: The kind of frame that carries JSON.

    Raises:
        MessageTypeError: pydantic knows nothing of a type, or a frame could be read in two ways.
    """

UNTYPED: Final[MessageCodec]
"""Frames as they come; what is no text or bytes goes out as JSON."""
