"""A session's messages: frames become objects, and objects frames."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast, final

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, to_json

from pyfly.websocket.errors import InvalidMessage
from pyfly.websocket.message_types import MessageType, MessageTypeError, adapter_of, json_part_of, members_of, union_of

if TYPE_CHECKING:
    from collections.abc import Callable

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

    __slots__ = ("decode_bytes", "decode_text", "encode", "expected", "takes_nothing")

    def __init__(
        self,
        decode_text: Callable[[str], Any] | None,
        decode_bytes: Callable[[bytes], Any] | None,
        encode: Callable[[Any], Message],
    ) -> None:
        self.decode_text = decode_text
        self.decode_bytes = decode_bytes
        self.encode = encode
        self.takes_nothing: bool = decode_text is None and decode_bytes is None
        self.expected: FrameKind = "binary" if decode_text is None and decode_bytes is not None else "text"


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
    decode_text, decode_bytes = _decoders(incoming, frames)
    return MessageCodec(decode_text, decode_bytes, _encoder(outgoing, frames))


def _decoders(incoming: Any, frames: FrameKind) -> tuple[Callable[[str], Any] | None, Callable[[bytes], Any] | None]:
    if incoming is Any:
        return _as_it_is, _as_it_is
    members = members_of(incoming)
    _check_frames(members, frames)
    json = [member for member in members if not member.is_raw]
    texts = [member for member in members if member.kind is str]
    binaries = [member for member in members if member.kind is bytes]
    decode_text, decode_bytes = _raw_decoder(texts), _raw_decoder(binaries)
    if json:
        decode = _decoder(adapter_of(json_part_of(incoming)).validator.validate_json)
        return (decode, decode_bytes) if frames == "text" else (decode_text, decode)
    return decode_text, decode_bytes


def _check_frames(members: list[MessageType], frames: FrameKind) -> None:
    """Check that either side can tell what it receives by the kind of frame."""
    raw, other = (str, "binary") if frames == "text" else (bytes, "text")
    if any(member.kind is raw for member in members) and not all(member.is_raw for member in members):
        raise MessageTypeError(
            f"a {frames} frame could be {raw.__name__} or JSON", f'let JSON travel in the other kind: frames="{other}"'
        )


def _raw_decoder(members: list[MessageType]) -> Callable[[Any], Any] | None:
    if all(member.is_bare for member in members):
        return _as_it_is if members else None
    return _decoder(adapter_of(union_of(member.annotation for member in members)).validator.validate_python)


def _decoder(validate: Callable[[Any], Any]) -> Callable[[str | bytes], Any]:
    def decode(frame: str | bytes) -> Any:
        try:
            return validate(frame)
        except ValidationError as error:
            raise InvalidMessage(frame, cast("Any", error.errors(include_url=False))) from None

    return decode


def _encoder(outgoing: Any, frames: FrameKind) -> Callable[[Any], Message]:
    if outgoing is Any:
        return _encode_anything
    members = members_of(outgoing)
    _check_frames(members, frames)
    json = [member for member in members if not member.is_raw]
    raw = tuple(dict.fromkeys(member.kind for member in members if member.is_raw))
    if not json:
        return _raw_encoder(raw)
    whole = adapter_of(json_part_of(outgoing)).serializer.to_json
    models = tuple(member.kind for member in json if hasattr(member.kind, "__pydantic_fields__"))
    # What has a class that is named by itself need not be looked for in the union.
    writers = {
        member.kind: adapter_of(member.kind).serializer.to_json
        for member in json
        if member.is_bare and (hasattr(member.kind, "__pydantic_serializer__") or is_dataclass(member.kind))
    }
    only_models = len(models) == len(json)

    def write_other(message: Any) -> bytes:
        # pydantic writes an object that is none of a model's as an empty one.
        if only_models and not isinstance(message, models):
            raise _wrong_type(message, (*models, *raw))
        try:
            return whole(message, by_alias=True, warnings="error")
        except PydanticSerializationError as error:
            raise PydanticSerializationError(_without_values(str(error))) from None

    def encode_text(message: object) -> Message:
        if raw and isinstance(message, raw):
            return _frame_of(message)
        write = writers.get(type(message))
        content = write_other(message) if write is None else write(message, by_alias=True)
        return {"type": "websocket.send", "text": content.decode()}

    def encode_bytes(message: object) -> Message:
        if raw and isinstance(message, raw):
            return _frame_of(message)
        write = writers.get(type(message))
        content = write_other(message) if write is None else write(message, by_alias=True)
        return {"type": "websocket.send", "bytes": content}

    return encode_text if frames == "text" else encode_bytes


def _without_values(text: str) -> str:
    """Leave out of what pydantic says the values: they may be a client's, and come into the log."""
    lines: list[str] = []
    for line in text.splitlines():
        before, has_value, value = line.partition("input_value=")
        lines.append(before + value[value.rfind("input_type=") :] if has_value else line)
    return "\n".join(lines)


def _raw_encoder(kinds: tuple[type, ...]) -> Callable[[Any], Message]:
    def encode(message: Any) -> Message:
        if not isinstance(message, kinds):
            raise _wrong_type(message, kinds)
        return _frame_of(message)

    return encode


def _encode_anything(message: Any) -> Message:
    if isinstance(message, str | bytes):
        return _frame_of(message)
    return {"type": "websocket.send", "text": to_json(message, inf_nan_mode="null").decode()}


def _frame_of(message: Any) -> Message:
    return {"type": "websocket.send", "text" if isinstance(message, str) else "bytes": message}


def _wrong_type(message: object, kinds: tuple[type, ...]) -> TypeError:
    expected = " or ".join(kind.__name__ for kind in kinds) or "nothing, as the session's Out is Never"
    return TypeError(f"message to send: expected {expected}, got {type(message).__name__}")


def _as_it_is(frame: Any) -> Any:
    return frame


UNTYPED: Final[MessageCodec] = codec_for(Any, Any)
"""Frames as they come; what is no text or bytes goes out as JSON."""
