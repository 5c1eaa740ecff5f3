"""Applications that speak ASGI themselves meet what a server would show them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from pyfly.testing import HandlerFailed, HandshakeDenied, SessionEnded, connect_path

Part = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def application(part: Part) -> Part:
    """Return an application that takes the first message itself."""

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        assert await receive() == {"type": "websocket.connect"}
        await part(scope, receive, send)

    return app


async def test_scope_is_a_servers() -> None:
    scopes: list[MutableMapping[str, Any]] = []

    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        scopes.append(scope)
        await send({"type": "websocket.accept", "subprotocol": "b", "headers": [(b"X-A", b"1")]})

    connecting = connect_path(application(part), "/caf%C3%A9/a%2Fb?x=1&x=%202&y=").using(
        headers={"X-B": "2", "Host": "shop.test"},
        cookies={"token": "a;b", "plain": "c"},
        query=[("z", "&")],
        subprotocols=["a", "b"],
    )
    async with connecting as client:
        assert client.subprotocol == "b"
        assert client.headers == {"x-a": "1"}
        assert client.url == "/caf%C3%A9/a/b?x=1&x=+2&y=&z=%26"
    (scope,) = scopes
    headers = dict(scope.pop("headers"))
    assert scope == {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/café/a/b",
        "raw_path": b"/caf%C3%A9/a/b",
        "root_path": "",
        "query_string": b"x=1&x=+2&y=&z=%26",
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "subprotocols": ["a", "b"],
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }
    assert headers == {
        b"host": b"shop.test",
        b"upgrade": b"websocket",
        b"connection": b"Upgrade",
        b"sec-websocket-version": b"13",
        b"sec-websocket-key": b"dGhlIHNhbXBsZSBub25jZQ==",
        b"sec-websocket-protocol": b"a, b",
        b"x-b": b"2",
        b"cookie": b'token="a\\073b"; plain=c',
    }


async def test_ending_is_told_again_and_again_and_sending_after_it_raises() -> None:
    told: list[Any] = []

    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        told.extend([await receive(), await receive(), await receive()])
        try:
            await send({"type": "websocket.send", "text": "late"})
        except OSError as error:
            told.append(str(error))

    async with connect_path(application(part), "/") as client:
        await client.send_text("x")
        await client.close(4000, "bye")
        await client.closed()
    ending = {"type": "websocket.disconnect", "code": 4000, "reason": "bye"}
    assert told == [
        {"type": "websocket.receive", "text": "x"},
        ending,
        ending,
        "this WebSocket is closed: 4000 'bye'",
    ]


async def test_sending_does_not_notice_that_the_client_left_behind_unread_messages() -> None:
    told: list[Any] = []

    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await asyncio.wait_for(left.wait(), 10)
        await send({"type": "websocket.send", "text": "dropped"})
        told.extend([await receive(), await receive()])

    left = asyncio.Event()
    async with connect_path(application(part), "/") as client:
        await client.send_bytes(b"x")
        await client.vanish()
        left.set()
        assert await client.closed() == (1006, "")
    assert told == [
        {"type": "websocket.receive", "bytes": b"x"},
        {"type": "websocket.disconnect", "code": 1006, "reason": ""},
    ]


async def test_application_that_closes_hears_its_own_code() -> None:
    told: list[Any] = []

    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"last"})
        await send({"type": "websocket.close", "code": 4001, "reason": "done"})
        told.append(await receive())

    async with connect_path(application(part), "/") as client:
        assert await client.receive_bytes() == b"last"
        assert await client.closed() == (4001, "done")
    assert told == [{"type": "websocket.disconnect", "code": 4001, "reason": "done"}]


async def test_application_that_returns_without_closing_ends_abnormally() -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async with connect_path(application(part), "/") as client:
        assert await client.closed() == (1006, "")


async def test_application_that_returns_without_an_answer_is_told() -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        pass

    with pytest.raises(HandshakeDenied, match="RuntimeError: /x returned without answering the handshake") as denied:
        async with connect_path(application(part), "/x"):
            pass
    assert denied.value.status == 500


async def test_application_that_raises_is_told() -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        raise SystemExit(3)

    async with connect_path(application(part), "/") as client:
        with pytest.raises(SessionEnded) as ended:
            await client.receive_text()
    assert isinstance(ended.value.__cause__, SystemExit)


async def test_application_whose_cancellation_is_its_own_is_told() -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        raise asyncio.CancelledError

    with pytest.raises(HandlerFailed, match="CancelledError"):
        async with connect_path(application(part), "/"):
            pass


async def test_denial_may_come_in_parts() -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        headers = [(b"Content-Type", b"text/plain")]
        await send({"type": "websocket.http.response.start", "status": 418, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b"short and ", "more_body": True})
        await send({"type": "websocket.http.response.body", "body": b"stout"})

    denied = await connect_path(application(part), "/").denied()
    assert (denied.status, denied.text, denied.headers) == (
        418,
        "short and stout",
        (("content-type", "text/plain"),),
    )


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        (
            [{"type": "websocket.send", "text": "x"}],
            "expected websocket.accept, websocket.close or websocket.http.response.start, got 'websocket.send'",
        ),
        (
            [{"type": "websocket.http.response.start", "status": 400}, {"type": "websocket.close"}],
            "expected websocket.http.response.body, got 'websocket.close'",
        ),
    ],
)
async def test_wrong_answers_to_a_handshake_are_errors(messages: list[dict[str, Any]], problem: str) -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    denied = await connect_path(application(part), "/").denied()
    assert denied.status == 500
    assert str(denied.__cause__) == problem


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"type": "websocket.accept"}, "expected websocket.send or websocket.close, got 'websocket.accept'"),
        (
            {"type": "websocket.send", "text": None},
            "expected websocket.send with text or bytes, got {'type': 'websocket.send', 'text': None}",
        ),
        ({"type": "websocket.send", "text": "\ud800"}, "surrogates not allowed"),
    ],
)
async def test_wrong_messages_are_errors(message: dict[str, Any], problem: str) -> None:
    async def part(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        await send(message)

    with pytest.raises(HandlerFailed) as failed:
        async with connect_path(application(part), "/"):
            pass
    assert problem in str(failed.value.error)
