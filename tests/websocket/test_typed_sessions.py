"""Typed messages from a client to a handler and back, with frames that do not fit."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from pyfly.metadata import MetadataRegistry
from pyfly.websocket import InvalidMessage, WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar

registry = MetadataRegistry()


class Join(BaseModel):
    kind: Literal["join"] = "join"
    room: str


class Say(BaseModel):
    kind: Literal["say"] = "say"
    text: str = Field(max_length=20)


@dataclass
class Answer:
    text: str


Request = Annotated[Join | Say, Field(discriminator="kind")]


class ChatController:
    @websocket_mapping("/strict", registry=registry)
    async def strict(self, session: WebSocketSession[Request, Answer]) -> None:
        await session.accept()
        async for request in session:
            await session.send(Answer(repr(request)))

    @websocket_mapping("/patient", registry=registry)
    async def patient(self, session: WebSocketSession[Request, Answer]) -> None:
        await session.accept()
        while True:
            try:
                await session.send(Answer(repr(await session.receive())))
            except InvalidMessage as invalid:
                await session.send(Answer(f"{invalid.errors[0]['type']}: {invalid.frame!r}"))

    @websocket_mapping("/binary", frames="binary", registry=registry)
    async def binary(self, session: WebSocketSession[Request | str, Answer | str]) -> None:
        await session.accept()
        async for request in session:
            await session.send(request if isinstance(request, str) else Answer(repr(request)))


class Beans:
    def get_bean(self, cls: type[Any]) -> Any:
        return cls()


@pytest.fixture
def client() -> TestClient:
    routes = WebSocketRegistrar(registry=registry, controllers=[ChatController]).collect_routes(Beans())
    return TestClient(Starlette(routes=routes))


def closing(socket: WebSocketTestSession) -> tuple[int, str]:
    with pytest.raises(WebSocketDisconnect) as caught:
        socket.receive_text()
    return caught.value.code, caught.value.reason


def test_frames_become_the_members_of_a_union_and_answers_frames(client: TestClient) -> None:
    with client.websocket_connect("/strict") as socket:
        socket.send_text('{"kind": "join", "room": "lobby"}')
        assert socket.receive_text() == "{\"text\":\"Join(kind='join', room='lobby')\"}"
        socket.send_text('{"kind": "say", "text": "hi"}')
        assert socket.receive_text() == "{\"text\":\"Say(kind='say', text='hi')\"}"


@pytest.mark.parametrize(
    "frame",
    [
        '{"kind": "secret"}',
        '{"kind": "say", "text": "secret, and much too long for that"}',
        '{"kind": "join", "room": ["secret"]}',
        '"secret',
        "secret",
    ],
)
def test_a_message_that_nobody_catches_closes_with_1007_and_is_not_repeated(
    client: TestClient, caplog: pytest.LogCaptureFixture, frame: str
) -> None:
    with caplog.at_level(logging.DEBUG), client.websocket_connect("/strict") as socket:
        socket.send_text(frame)
        assert closing(socket) == (1007, "the message is not valid")
    assert "InvalidMessage" in caplog.text
    assert "secret" not in caplog.text


def test_a_handler_that_catches_it_sees_the_frame_and_goes_on(client: TestClient) -> None:
    with client.websocket_connect("/patient") as socket:
        for frame, answer in (
            ('{"kind": "shout"}', '{"text":"union_tag_invalid: \'{\\"kind\\": \\"shout\\"}\'"}'),
            ("{", '{"text":"json_invalid: \'{\'"}'),
            ('{"kind": "join", "room": "a"}', "{\"text\":\"Join(kind='join', room='a')\"}"),
        ):
            socket.send_text(frame)
            assert socket.receive_text() == answer


def test_a_frame_of_a_kind_that_is_no_message_closes_with_1003(client: TestClient) -> None:
    with client.websocket_connect("/strict") as socket:
        socket.send_bytes(b'{"kind": "join", "room": "lobby"}')
        assert closing(socket) == (1003, "expected a text frame")


def test_a_mapping_may_let_json_travel_in_binary_frames(client: TestClient) -> None:
    with client.websocket_connect("/binary") as socket:
        socket.send_bytes(b'{"kind": "join", "room": "lobby"}')
        assert socket.receive_bytes() == b"{\"text\":\"Join(kind='join', room='lobby')\"}"
        socket.send_text('{"kind": "join"}')
        assert socket.receive_text() == '{"kind": "join"}'
