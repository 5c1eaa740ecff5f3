"""A session's messages: frames become objects, and objects frames."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, Never, Union, cast, final, get_args, get_origin

from pydantic import PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import SchemaError, to_json

from pyfly.metadata import strip_aliases
from pyfly.websocket.errors import InvalidMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.websocket.ports import Message

__all__ = ["UNTYPED", "FrameKind", "MessageCodec", "MessageTypeError", "codec_for"]

FrameKind = Literal["text", "binary"]
"""The kind of frame that carries JSON messages."""


class MessageTypeError(TypeError):
    """A session's message types can never work.

    Attributes:
        problem: What is wrong with them.
        mend: How to put it right.
    """

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem, mend)
        self.problem = problem
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem}; {self.mend}"


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
    members = _members(incoming)
    json = [member for member in members if member not in (str, bytes, Never)]
    raw = {"text": str in members, "binary": bytes in members}
    if json and raw[frames]:
        other = "binary" if frames == "text" else "text"
        raise MessageTypeError(
            f"a {frames} frame could be {'str' if frames == 'text' else 'bytes'} or JSON",
            f'let JSON travel in the other kind: frames="{other}"',
        )
    decoders: dict[str, Callable[[Any], Any] | None] = {
        kind: _as_it_is if is_raw else None for kind, is_raw in raw.items()
    }
    if json:
        decoders[frames] = _json_decoder(_adapter(_without_raw(incoming, members, json)))
    return decoders["text"], decoders["binary"]


def _json_decoder(adapter: TypeAdapter[Any]) -> Callable[[str | bytes], Any]:
    validate = adapter.validator.validate_json

    def decode(frame: str | bytes) -> Any:
        try:
            return validate(frame)
        except ValidationError as error:
            raise InvalidMessage(frame, cast("Any", error.errors(include_url=False))) from None

    return decode


def _encoder(outgoing: Any, frames: FrameKind) -> Callable[[Any], Message]:
    if outgoing is Any:
        return _encode_anything
    members = _members(outgoing)
    json = [member for member in members if member not in (str, bytes, Never)]
    if not json:
        return _encode_raw
    dump = _adapter(_without_raw(outgoing, members, json)).serializer.to_json
    raw = tuple(member for member in (str, bytes) if member in members)
    # pydantic writes an object that is none of a model's as an empty one.
    models = tuple(member for member in json if isinstance(member, type) and hasattr(member, "__pydantic_fields__"))
    checked = models if len(models) == len(json) else ()

    def encode(message: Any) -> Message:
        if raw and isinstance(message, raw):
            return _encode_raw(message)
        if checked and not isinstance(message, checked):
            names = " or ".join(model.__name__ for model in checked)
            raise TypeError(f"send(): expected {names}, got {type(message).__name__}")
        content: bytes = dump(message, by_alias=True, warnings="error")
        if frames == "text":
            return {"type": "websocket.send", "text": content.decode()}
        return {"type": "websocket.send", "bytes": content}

    return encode


def _encode_raw(message: Any) -> Message:
    if isinstance(message, str):
        return {"type": "websocket.send", "text": message}
    if isinstance(message, bytes):
        return {"type": "websocket.send", "bytes": message}
    raise TypeError(f"send(): expected str or bytes, got {type(message).__name__}")


def _encode_anything(message: Any) -> Message:
    if isinstance(message, str | bytes):
        return _encode_raw(message)
    return {"type": "websocket.send", "text": to_json(message, inf_nan_mode="null").decode()}


def _as_it_is(frame: Any) -> Any:
    return frame


def _without_raw(annotation: Any, members: list[Any], json: list[Any]) -> Any:
    """Return a type without its ``str`` and ``bytes``; whole, with its discriminator, where it has none."""
    return annotation if len(json) == len(members) else Union[tuple(json)]  # noqa: UP007  # a tuple at run time


def _members(annotation: Any) -> list[Any]:
    """Return the members of a union, looked at through aliases and ``Annotated``; any other type is its own."""
    annotation, _ = strip_aliases(annotation)
    origin = get_origin(annotation)
    if origin is Union or isinstance(annotation, UnionType):
        return [member for part in get_args(annotation) for member in _members(part)]
    return [annotation]


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(annotation)
    except TypeError:  # a type with unhashable metadata
        return _new_adapter(annotation)


def _new_adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(annotation)
    except (PydanticUserError, SchemaError) as error:
        raise MessageTypeError(
            f"pydantic cannot validate {annotation}: {str(error).splitlines()[0]}",
            "use pydantic models, dataclasses, TypedDicts, or other types it knows",
        ) from None


_cached_adapter = cache(_new_adapter)

UNTYPED: Final[MessageCodec] = codec_for(Any, Any)
"""Frames as they come; what is no text or bytes goes out as JSON."""
