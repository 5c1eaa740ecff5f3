"""What a client tells of a session, and what it makes of frames."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pyfly.testing import ArgumentError, ClientError, UnexpectedMessage, connect, connect_path
from pyfly.websocket import SessionState
from tests.testing.conftest import End, Say, TalkController

if TYPE_CHECKING:
    from starlette.applications import Starlette


async def test_client_tells_what_the_handshake_agreed_on(app: Starlette) -> None:
    connecting = connect(app, TalkController.talk, 3).using(subprotocols=["chat.v2", "chat.v1"])
    async with connecting as client:
        assert client.subprotocol == "chat.v2"
        assert client.headers == {"x-room": "3"}
        assert client.cookies == {}
        assert client.url == "/talk/rooms/3"
        assert client.timeout == 5
        assert (client.state, client.closing) == (SessionState.OPEN, None)
        assert repr(client) == "<WebSocketClient of TalkController.talk at /talk/rooms/3 open>"
        await client.send(End())
        await client.closed()
        assert (client.state, client.closing) == (SessionState.CLOSED, (1000, "asked to"))
        assert str(client.closing) == "1000 'asked to'"


async def test_cookies_of_the_answer_are_read(app: Starlette) -> None:
    async with connect(app, TalkController.raw) as client:
        assert client.cookies == {"seen": "yes", "q": "a b"}


async def test_raw_frames_go_and_come_as_they_are(app: Starlette) -> None:
    async with connect(app, TalkController.raw) as client:
        await client.send_text("téxt")
        assert await client.receive_text() == "téxt"
        await client.send_bytes(b"\x00\xff")
        assert await client.receive_bytes() == b"\x00\xff"
        await client.send_json({"a": [1, None]})
        assert await client.receive_text() == '{"a":[1,null]}'
        await client.send_json([1], mode="binary")
        assert await client.receive_json() == [1]
        await client.send_json(float("nan"))
        assert await client.receive() == "NaN"


async def test_who_waits_first_receives_first(app: Starlette) -> None:
    async with connect(app, TalkController.raw) as client:
        waiting = [asyncio.create_task(client.receive_text()) for _ in range(3)]
        await asyncio.sleep(0)
        for text in "123":
            await client.send_text(text)
        assert await asyncio.gather(*waiting) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        (
            "receive",
            "expected Said from TalkController.wrong, got a text frame '{\"text\":3}'; "
            "text: Input should be a valid string",
        ),
        ("receive_bytes", "expected a binary message, got a text frame '{\"text\":3}'; receive it with receive_text()"),
    ],
)
async def test_wrong_text_is_told(app: Starlette, method: str, problem: str) -> None:
    async with connect(app, TalkController.wrong) as client:
        with pytest.raises(UnexpectedMessage) as wrong:
            await getattr(client, method)()
    assert str(wrong.value) == problem
    assert wrong.value.frame == '{"text":3}'


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        (
            "receive",
            "expected Said from TalkController.wrong, got a binary frame b'\\x00'; "
            "the handler's session does not send such frames by its type",
        ),
        ("receive_text", "expected a text message, got a binary frame b'\\x00'; receive it with receive_bytes()"),
    ],
)
async def test_wrong_bytes_are_told(app: Starlette, method: str, problem: str) -> None:
    async with connect(app, TalkController.wrong) as client:
        await client.receive_json()
        with pytest.raises(UnexpectedMessage) as wrong:
            await getattr(client, method)()
    assert str(wrong.value) == problem


async def test_wrong_json_is_told(app: Starlette) -> None:
    async with connect(app, TalkController.wrong) as client:
        await client.receive_json()
        await client.receive_bytes()
        with pytest.raises(UnexpectedMessage) as wrong:
            await client.receive_json()
    assert str(wrong.value).startswith("expected a JSON message, got a text frame '{'; EOF")


async def test_message_where_the_end_was_expected_is_told(app: Starlette) -> None:
    async with connect(app, TalkController.feed) as client:
        with pytest.raises(UnexpectedMessage) as wrong:
            await client.closed()
    assert str(wrong.value) == (
        'expected the session\'s end, got a text frame \'{"text":"first","number":0}\'; '
        "receive it first, or go through all: async for message in client"
    )


async def test_message_of_another_type_is_not_sent(app: Starlette) -> None:
    wrong: Any = End
    async with connect(app, TalkController.talk, 3) as client:
        with pytest.raises(TypeError, match="expected Say or Fail or End, got"):
            await client.send(wrong)
        await client.send(Say(text="well"))
        assert (await client.receive()).text == "guest: well"


async def test_connection_is_open_once_at_a_time(app: Starlette) -> None:
    connecting = connect(app, TalkController.raw)
    async with connecting:
        with pytest.raises(ClientError, match=r"this connection is open already; make another with connect\(\.\.\.\)"):
            await connecting.__aenter__()
    async with connecting as client:
        await client.send_text("again")
        assert await client.receive_text() == "again"


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("talk/rooms/3?nickname=Ada", 'write "/talk/rooms/3?nickname=Ada"'),
        ("", 'write "/"'),
        ("?page=1", 'write "/?page=1"'),
        (
            "ws://127.0.0.1:8000/talk",
            'write "/talk", or connect_url("ws://127.0.0.1:8000/talk") for a server that runs elsewhere',
        ),
    ],
)
async def test_path_without_its_slash_is_told(app: Starlette, path: str, mend: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        await connect_path(app, path).denied()
    assert str(raised.value) == f'a path begins with "/", got "{path}"; {mend}'


async def test_path_reaches_what_no_arguments_do(app: Starlette) -> None:
    assert (await connect_path(app, "/nowhere").denied()).status == 403
    async with connect_path(app, "/talk/rooms/3?nickname=Ada").using(query={"nickname": "Bob"}) as client:
        await client.send_json({"kind": "say", "text": "x"})
        assert await client.receive_json() == {"text": "Bob: x", "number": 3}
