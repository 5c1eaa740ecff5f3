"""Codecs: frames to messages and back, and message types that can never work."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Never, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter
from pydantic_core import PydanticSerializationError
from typing_extensions import TypeAliasType, TypedDict

from pyfly.websocket import InvalidMessage
from pyfly.websocket.message_types import MessageTypeError
from pyfly.websocket.messages import MessageCodec, codec_for


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
        (Any, {"a": 1}, {"text": '{"a":1}'}),
        (Any, "t", {"text": "t"}),
        (Any, b"b", {"bytes": b"b"}),
    ],
)
def test_messages_become_frames(outgoing: Any, message: object, frame: dict[str, object]) -> None:
    assert codec_for(Never, outgoing).encode(message) == {"type": "websocket.send", **frame}


@pytest.mark.parametrize(
    ("outgoing", "message", "text"),
    [
        (Join, Point(1, 2), "expected Join, got Point"),
        (Join | Say, {"kind": "join"}, "expected Join or Say, got dict"),
        (Join | bytes, "join", "expected Join or bytes, got str"),
        (str, Point(1, 2), "expected str, got Point"),
        (str, b"join", "expected str, got bytes"),
        (bytes, "join", "expected bytes, got str"),
        (str | bytes, None, "expected str or bytes, got NoneType"),
        (Never, "join", "expected nothing, as the session's Out is Never, got str"),
    ],
)
def test_a_message_of_another_type_is_refused(outgoing: Any, message: object, text: str) -> None:
    with pytest.raises(TypeError) as caught:
        codec_for(Never, outgoing).encode(message)
    assert str(caught.value) == f"message to send: {text}"


@pytest.mark.parametrize("outgoing", [Point, Options, list[int], Point | Join])
def test_what_pydantic_cannot_write_as_the_type_is_refused(outgoing: Any) -> None:
    with pytest.raises(PydanticSerializationError):
        codec_for(Never, outgoing).encode(object())


@pytest.mark.parametrize("outgoing", [int | Point, list[int] | Point])
def test_what_is_told_of_a_wrong_message_repeats_nothing_of_it(outgoing: Any) -> None:
    with pytest.raises(PydanticSerializationError) as caught:
        codec_for(Never, outgoing).encode(["a secret, input_type=secret"])
    assert "serialized value may not be as expected" in str(caught.value)
    assert "input_type=" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_message_of_a_derived_class_goes_out_as_the_type_that_is_named() -> None:
    class Secret(Join):
        password: str

    frame = codec_for(Never, Join).encode(Secret(room="a", password="b"))
    assert frame == {"type": "websocket.send", "text": '{"kind":"join","room":"a"}'}


def test_a_field_that_holds_another_type_is_warned_of() -> None:
    message = Join.model_construct(room=3)
    with pytest.warns(UserWarning, match="Expected `str`"):
        codec_for(Never, Join).encode(message)


def test_no_message_goes_through_json_or_through_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    codec = codec_for(Discriminated, Discriminated)
    for owner, name in ((json, "loads"), (json, "dumps"), (BaseModel, "model_validate"), (BaseModel, "model_dump")):
        monkeypatch.setattr(owner, name, None)
    message = text(codec, '{"kind": "join", "room": "a"}')
    assert codec.encode(message)["text"] == '{"kind":"join","room":"a"}'


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
    for types in ((incoming, Any), (Any, incoming)):  # the other side reads what is sent
        with pytest.raises(MessageTypeError) as caught:
            codec_for(*types, frames=frames)
        assert str(caught.value) == f"a {message}"


def test_a_type_pydantic_does_not_know_is_refused() -> None:
    class Foreign: ...

    with pytest.raises(MessageTypeError, match="pydantic cannot validate"):
        codec_for(Foreign, Any)
    with pytest.raises(MessageTypeError, match="pydantic cannot validate"):
        codec_for(Any, Foreign)


def test_a_union_that_no_tag_tells_apart_is_refused() -> None:
    class Repeated(BaseModel):
        kind: Literal["join"]

    union = Annotated[Join | Repeated, Field(discriminator="kind")]
    with pytest.raises(MessageTypeError) as caught:
        codec_for(union, Any)
    assert caught.value.problem == (
        "pydantic cannot validate \"Join | Repeated\": Value 'join' for discriminator 'kind' mapped to multiple choices"
    )
    assert caught.value.mend == "mend the type"


class Left(BaseModel):
    x: int


class Right(BaseModel):
    x: int


def test_the_order_of_a_union_counts_where_a_frame_fits_both() -> None:
    assert text(codec_for(Left | Right, Never), '{"x": 1}') == Left(x=1)
    assert text(codec_for(Right | Left, Never), '{"x": 1}') == Right(x=1)
    assert text(codec_for(list[Left | Right], Never), '[{"x": 1}]') == [Left(x=1)]
    assert text(codec_for(list[Right | Left], Never), '[{"x": 1}]') == [Right(x=1)]


def test_constraints_of_text_and_bytes_hold() -> None:
    short = Annotated[str, Field(max_length=2)]
    assert text(codec_for(short, Never), "ab") == "ab"
    with pytest.raises(InvalidMessage) as caught:
        text(codec_for(short | bytes, Never), "abc")
    assert caught.value.frame == "abc"
    assert caught.value.errors[0]["type"] == "string_too_long"
    assert binary(codec_for(short | bytes, Never), b"abc") == b"abc"
    with pytest.raises(InvalidMessage):
        binary(codec_for(Annotated[bytes, Field(min_length=2)], Never), b"a")


@pytest.mark.parametrize("incoming", [Discriminated | bytes, bytes | Aliased | Discriminated])
def test_a_discriminator_beside_bytes_is_kept(incoming: Any) -> None:
    codec = codec_for(incoming, incoming)
    assert text(codec, '{"kind": "say", "Text": "t"}') == Say(Text="t")
    assert binary(codec, b"b") == b"b"
    with pytest.raises(InvalidMessage) as caught:
        text(codec, '{"kind": "shout"}')
    assert "union_tag_invalid" in [error["type"] for error in caught.value.errors]


def test_no_return_is_another_word_for_never() -> None:
    codec = codec_for(NoReturn, NoReturn)
    assert (codec.decode_text, codec.decode_bytes) == (None, None)
    with pytest.raises(TypeError, match="expected nothing"):
        codec.encode("text")


class Unfinished(BaseModel):
    part: Missing  # type: ignore[name-defined]  # noqa: F821  # the mistake under test


@pytest.mark.parametrize("message_type", [Unfinished, list["Missing"], Unfinished | Join])  # type: ignore[name-defined]  # noqa: F821
def test_a_type_that_is_not_wholly_defined_is_refused(message_type: Any) -> None:
    for incoming, outgoing in ((message_type, Never), (Never, message_type)):
        with pytest.raises(
            MessageTypeError,
            match="name 'Missing' is not defined; define the types that it names before it, or at module level",
        ):
            codec_for(incoming, outgoing)


def test_adapters_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Once(BaseModel): ...

    class Unhashable:
        __hash__ = None  # type: ignore[assignment]

    types = (Once, list[Once], Once | None, Annotated[Once, Unhashable()], Literal[1], Callable[[Once], Once])
    for message_type in types:
        codec_for(message_type, message_type)
    monkeypatch.setattr("pyfly.websocket.message_types.new_adapter", None)
    for message_type in types:
        codec_for(message_type, message_type)
    assert text(codec_for(Once, Never), "{}") == Once()
    with pytest.raises(TypeError, match="not callable"):
        codec_for(Literal[True], Never)


@given(st.from_type(Point) | st.builds(Join, room=st.text()) | st.builds(Say, Text=st.text()))
def test_what_is_encoded_is_decoded_to_the_same(message: object) -> None:
    union = Join | Say | Point
    codec = codec_for(union, union)
    frame = codec.encode(message)["text"]
    assert text(codec, frame) == message
    assert TypeAdapter(union).validate_json(frame) == message
