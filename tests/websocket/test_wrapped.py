"""A session over any object with Starlette's methods."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from starlette.websockets import WebSocketDisconnect as StarletteWebSocketDisconnect
from starlette.websockets import WebSocketState

from pyfly.websocket import CloseCode, SessionState, SessionStateError, WebSocketSession, WrappedSession
from pyfly.websocket.rooms import Rooms


async def test_each_call_goes_to_the_method_of_the_same_name() -> None:
    raw = AsyncMock()
    raw.receive_text.return_value = "t"
    raw.receive_bytes.return_value = b"b"
    raw.receive_json.return_value = {"j": 1}
    session = WebSocketSession(raw)
    assert isinstance(session, WrappedSession)

    await session.accept("v1")
    raw.accept.assert_awaited_once_with("v1")
    assert await session.receive_text() == "t"
    assert await session.receive_bytes() == b"b"
    assert await session.receive_json(mode="binary") == {"j": 1}
    raw.receive_json.assert_awaited_once_with(mode="binary")
    await session.send_text("x")
    raw.send_text.assert_awaited_once_with("x")
    await session.send_bytes(b"y")
    raw.send_bytes.assert_awaited_once_with(b"y")
    await session.send_json({"z": 1})
    raw.send_json.assert_awaited_once_with({"z": 1}, mode="text")
    assert (session.received, session.sent) == (3, 3)
    await session.close(4000, "done")
    raw.close.assert_awaited_once_with(code=4000, reason="done")
    assert (session.state, session.close_code) == (SessionState.CLOSED, 4000)


async def test_headers_of_accept_reach_the_object() -> None:
    raw = AsyncMock()
    await WebSocketSession(raw).accept(headers={"X-A": "1"})
    raw.accept.assert_awaited_once_with(None, headers=[(b"x-a", b"1")])


def test_the_handshake_is_the_object_s() -> None:
    double: Any = SimpleNamespace(path_params={"room_id": "7"}, query_params={"q": "1"}, headers={"h": "2"}, cookies={})
    session = WebSocketSession(double)
    assert session.path_params == {"room_id": "7"}
    assert session.query_params.get("q") == "1"
    assert session.headers.get("h") == "2"
    assert session.cookies == {}
    assert session.client is None
    assert session.subprotocols == ()


async def test_closing_twice_is_harmless_and_codes_are_checked() -> None:
    raw = AsyncMock()
    session = WebSocketSession(raw)
    with pytest.raises(ValueError, match="close code 1005 may not be sent"):
        await session.close(1005)
    await session.close(4000)
    await session.close(4001)
    raw.close.assert_awaited_once_with(code=4000, reason=None)


async def test_deny_closes_before_accept() -> None:
    raw = AsyncMock()
    session = WebSocketSession(raw)
    await session.deny(401)
    raw.close.assert_awaited_once_with()
    assert (session.state, session.accepted) == (SessionState.CLOSED, False)
    with pytest.raises(SessionStateError, match=r"deny\(\): the session is closed"):
        await session.deny()


async def test_a_departure_the_object_tells_of_is_kept() -> None:
    raw = AsyncMock()
    raw.receive_text.side_effect = StarletteWebSocketDisconnect(1001, "bye")
    session = WebSocketSession(raw)
    with pytest.raises(StarletteWebSocketDisconnect):
        await session.receive_text()
    assert (session.state, session.close_code, session.close_reason) == (SessionState.CLOSED, 1001, "bye")
    raw.send_text.side_effect = BrokenPipeError
    with pytest.raises(BrokenPipeError):
        await session.send_text("x")
    assert session.close_code == 1001


async def test_a_long_reason_is_cut() -> None:
    raw = AsyncMock()
    await WebSocketSession(raw).close(4000, "é" * 200)
    raw.close.assert_awaited_once_with(code=4000, reason="é" * 61)


def test_a_double_that_says_it_is_connected_needs_no_asgi_methods() -> None:
    double: Any = SimpleNamespace(application_state=WebSocketState.CONNECTED)
    assert isinstance(WebSocketSession(double), WrappedSession)


async def test_a_double_can_be_a_member_of_a_room() -> None:
    class Double:
        def __init__(self) -> None:
            self.calls: list[tuple[object, ...]] = []

        async def accept(self, subprotocol: str | None = None) -> None:
            self.calls.append(("accept",))

        async def send_text(self, data: str) -> None:
            self.calls.append(("text", data))

        async def send_bytes(self, data: bytes) -> None:
            self.calls.append(("bytes", data))

        async def close(self, code: int = 1000, reason: str | None = None) -> None:
            self.calls.append(("close", code, reason))

    double = Double()
    session = WebSocketSession(double)  # type: ignore[arg-type]  # it has what is called here
    await session.accept()
    rooms = Rooms()
    async with rooms.join("lobby", session) as room:
        await room.publish("1")
        await room.publish(b"2")
        session.end(CloseCode.SERVICE_RESTART, "over")
        await room.publish("too late")
        await asyncio.sleep(0)
    assert double.calls == [("accept",), ("text", "1"), ("bytes", b"2"), ("close", 1012, "over")]
