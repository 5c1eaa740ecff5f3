"""Codecs: frames to messages and back, and message types that can never work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Never

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from pydantic_core import PydanticSerializationError
from typing_extensions import TypeAliasType, TypedDict

from pyfly.websocket import InvalidMessage
from pyfly.websocket.messages import MessageCodec, MessageTypeError, codec_for


class Join(BaseModel):
    kind: Literal["join"] = "join"
    room: str


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str = Field(alias="Text")


@dataclass
class Point:
    x: int
    y: int


class Options(TypedDict):
    volume: int


Discriminated = Annotated[Join | Say, Field(discriminator="kind")]
Aliased = TypeAliasType("Aliased", Join | bytes)


def text(codec: MessageCodec, frame: str) -> Any:
    assert codec.decode_text is not None
    return codec.decode_text(frame)


def binary(codec: MessageCodec, frame: bytes) -> Any:
    assert codec.decode_bytes is not None
    return codec.decode_bytes(frame)


@pytest.mark.parametrize(
    ("incoming", "frame", "message"),
    [
        (str, "hi", "hi"),
        (Join, '{"room": "a"}', Join(room="a")),
        (Discriminated, '{"kind": "say", "Text": "t"}', Say(Text="t")),
        (Join | Say, '{"kind": "join", "room": "a"}', Join(room="a")),
        (Point, '{"x": 1, "y": 2}', Point(1, 2)),
        (Options, '{"volume": 3}', {"volume": 3}),
        (list[int], "[1, 2]", [1, 2]),
        (int | None, "null", None),
        (Aliased, '{"room": "a"}', Join(room="a")),
        (str | bytes, "t", "t"),
        (Any, "{", "{"),
    ],
)
def test_text_frames_become_messages(incoming: Any, frame: str, message: object) -> None:
    assert text(codec_for(incoming, Any), frame) == message


@pytest.mark.parametrize("incoming", [bytes, str | bytes, Aliased, Any])
def test_binary_frames_are_bytes(incoming: Any) -> None:
    assert binary(codec_for(incoming, Any), b"\x00") == b"\x00"


def test_json_may_travel_in_binary_frames() -> None:
    codec = codec_for(Join | str, Join, frames="binary")
    assert binary(codec, b'{"room": "a"}') == Join(room="a")
    assert text(codec, "plain") == "plain"
    assert codec.encode(Join(room="a")) == {"type": "websocket.send", "bytes": b'{"kind":"join","room":"a"}'}


@pytest.mark.parametrize(
    ("incoming", "has_text", "has_binary", "expected"),
    [
        (str, True, False, "text"),
        (bytes, False, True, "binary"),
        (Join, True, False, "text"),
        (Never, False, False, "text"),
        (Aliased, True, True, "text"),
    ],
)
def test_a_codec_knows_which_frames_it_takes(incoming: Any, has_text: bool, has_binary: bool, expected: str) -> None:
    codec = codec_for(incoming, Never)
    assert (codec.decode_text is not None, codec.decode_bytes is not None) == (has_text, has_binary)
    assert codec.expected == expected


@pytest.mark.parametrize("frame", ["{", '{"room": 5}', "[]", ""])
def test_a_frame_that_does_not_fit_carries_pydantic_s_errors(frame: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        text(codec_for(Join, Never), frame)
    assert caught.value.frame == frame
    assert {"type", "loc", "msg"} <= set(caught.value.errors[0])


@pytest.mark.parametrize(
    ("outgoing", "message", "frame"),
    [
        (str, "hi", {"text": "hi"}),
        (bytes, b"\x00", {"bytes": b"\x00"}),
        (Say, Say(Text="t"), {"text": '{"kind":"say","Text":"t"}'}),
        (Point, Point(1, 2), {"text": '{"x":1,"y":2}'}),
        (Join | bytes, b"\x00", {"bytes": b"\x00"}),
        (Join | str, "plain", {"text": "plain"}),
        (Any, {"a": 1}, {"text": '{"a":1}'}),
        (Any, "t", {"text": "t"}),
        (Any, b"b", {"bytes": b"b"}),
    ],
)
def test_messages_become_frames(outgoing: Any, message: object, frame: dict[str, object]) -> None:
    assert codec_for(Never, outgoing).encode(message) == {"type": "websocket.send", **frame}


def test_a_message_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"send\(\): expected Join, got Point"):
        codec_for(Never, Join).encode(Point(1, 2))
    with pytest.raises(TypeError, match=r"send\(\): expected Join or Say, got dict"):
        codec_for(Never, Join | Say).encode({"kind": "join"})
    with pytest.raises(PydanticSerializationError):
        codec_for(Never, Point).encode({"x": 1})
    with pytest.raises(TypeError, match=r"send\(\): expected str or bytes, got Point"):
        codec_for(Never, str).encode(Point(1, 2))


@pytest.mark.parametrize(
    ("incoming", "frames", "message"),
    [
        (Join | str, "text", 'text frame could be str or JSON; let JSON travel in the other kind: frames="binary"'),
        (
            Join | bytes,
            "binary",
            'binary frame could be bytes or JSON; let JSON travel in the other kind: frames="text"',
        ),
    ],
)
def test_a_frame_that_could_be_read_in_two_ways_is_refused(incoming: Any, frames: Any, message: str) -> None:
    with pytest.raises(MessageTypeError) as caught:
        codec_for(incoming, Any, frames=frames)
    assert str(caught.value) == f"a {message}"


def test_a_type_pydantic_does_not_know_is_refused() -> None:
    class Foreign: ...

    with pytest.raises(MessageTypeError, match="pydantic cannot validate"):
        codec_for(Foreign, Any)
    with pytest.raises(MessageTypeError, match="pydantic cannot validate"):
        codec_for(Any, Foreign)


def test_adapters_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Once(BaseModel): ...

    codec_for(Once, Once)
    monkeypatch.setattr("pyfly.websocket.messages.TypeAdapter", None)
    assert text(codec_for(Once, Never), "{}") == Once()


@given(st.from_type(Point) | st.builds(Join, room=st.text()) | st.builds(Say, Text=st.text()))
def test_what_is_encoded_is_decoded_to_the_same(message: object) -> None:
    union = Join | Say | Point
    codec = codec_for(union, union)
    frame = codec.encode(message)["text"]
    assert text(codec, frame) == message
    assert TypeAdapter(union).validate_json(frame) == message
