from __future__ import annotations

import datetime
import json
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from pyfly.web import HandlerResultError
from pyfly.web.responses import JSONWriter

M = TypeVar("M")
UNFINISHED = Iterator["Nowhere"]  # type: ignore[name-defined]  # noqa: F821  # as a return type may be


class Room(BaseModel):
    name: str
    member_count: int = Field(default=0, alias="memberCount")


class StoredRoom(Room):
    password: str = "secret"


class Unrelated(BaseModel):
    name: str = "unrelated"
    password: str = "secret"


class PlainRoom(TypedDict):
    name: str


@dataclass
class Point:
    x: int
    y: int = 0


class Reply:
    """Stands for a server's response."""


def write(annotation: Any, value: object, natives: tuple[type, ...] = ()) -> Any:
    return json.loads(JSONWriter(annotation, handler="Rooms.show", natives=natives).write(value))


def test_a_type_that_pydantic_does_not_support_is_written_as_it_is() -> None:
    odd: Any = typing.TypedDict("odd", {"name": str})  # which pydantic wants from typing_extensions before 3.12
    assert write(odd, {"name": "hall"}) == {"name": "hall"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Room(name="hall"), {"name": "hall", "memberCount": 0}),
        (Point(1), {"x": 1, "y": 0}),
        ({"a": [1, 2.5, None, True]}, {"a": [1, 2.5, None, True]}),
        ([Point(1), Room(name="hall")], [{"x": 1, "y": 0}, {"name": "hall", "memberCount": 0}]),
        ("text", "text"),
        (None, None),
        (datetime.date(2024, 2, 29), "2024-02-29"),
        (float("inf"), None),
    ],
)
def test_values_without_an_annotation_are_written_as_they_are(value: object, written: object) -> None:
    assert write(Any, value) == written


def test_only_what_the_annotation_declares_is_written() -> None:
    assert write(Room, StoredRoom(name="hall")) == {"name": "hall", "memberCount": 0}
    assert write(list[Room], [StoredRoom(name="hall")]) == [{"name": "hall", "memberCount": 0}]
    assert write(PlainRoom, {"name": "hall", "password": "secret"}) == {"name": "hall"}


@pytest.mark.parametrize("annotation", [Room, Room | None, list[Room] | Room])
def test_value_of_another_shape_becomes_the_annotated_type(annotation: Any) -> None:
    assert write(annotation, {"name": "hall", "member_count": 3, "password": "x"}) == {"name": "hall", "memberCount": 3}
    assert "password" not in write(annotation, Unrelated())


def test_iterables_are_written_as_lists() -> None:
    for annotation in (list[Room], Iterator[Room], Any):
        rooms = write(annotation, (room for room in [Room(name="a")]))
        assert rooms == [{"name": "a", "memberCount": 0}]


def test_value_that_does_not_fit_is_an_error_that_names_the_handler() -> None:
    with pytest.raises(
        HandlerResultError, match=r'Rooms\.show returned dict, which does not fit its annotation "Room"'
    ):
        write(Room, {"nme": "hall"})


def test_value_that_is_no_json_is_an_error_that_names_the_handler() -> None:
    with pytest.raises(HandlerResultError, match=r"Rooms\.show returned object, which is not JSON"):
        write(Any, object())
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(HandlerResultError, match=r"Rooms\.show returned list, which is not JSON"):
        write(Any, endless)


@pytest.mark.parametrize("annotation", [None, object, M, Reply, Reply | None, "Reply", UNFINISHED])
def test_annotation_that_says_nothing_lets_any_value_through(annotation: Any) -> None:
    assert write(annotation, {"x": 1}, natives=(Reply,)) == {"x": 1}


def test_native_beside_a_model_leaves_the_model() -> None:
    assert write(Room | Reply, StoredRoom(name="hall"), natives=(Reply,)) == {"name": "hall", "memberCount": 0}


def test_return_annotation_of_a_method_is_used() -> None:
    class Rooms:
        def show(self) -> Room:
            return StoredRoom(name="hall")

        def anything(self):  # type: ignore[no-untyped-def]  # as authors may leave it
            return {"a": 1}

    assert JSONWriter.of(Rooms.show, owner=Rooms).write(StoredRoom(name="hall")) == b'{"name":"hall","memberCount":0}'
    assert JSONWriter.of(Rooms.anything, owner=Rooms).write({"a": 1}) == b'{"a":1}'
