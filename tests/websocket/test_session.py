"""The session over a scripted ASGI connection: states, frames, departures."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Never

import pytest
from pydantic import BaseModel
from starlette.websockets import WebSocket

from pyfly.websocket import (
    CloseCode,
    CloseSession,
    InvalidMessage,
    SessionState,
    SessionStateError,
    UnexpectedFrame,
    WebSocketDisconnect,
    WebSocketSession,
)
from pyfly.websocket.crowding import BREATH
from pyfly.websocket.messages import codec_for
from pyfly.websocket.session_core import current_session

CONNECT = {"type": "websocket.connect"}


def text(data: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": data}


def binary(data: bytes) -> dict[str, Any]:
    return {"type": "websocket.receive", "bytes": data, "text": None}


def gone(code: int | None = 1001, reason: str = "bye") -> dict[str, Any]:
    return {"type": "websocket.disconnect", "code": code, "reason": reason}


class ScriptedConnection:
    """Gives the messages of a script, and keeps what is sent."""

    def __init__(self, script: Iterable[dict[str, Any]] = (), **scope: Any) -> None:
        self.path_params: Mapping[str, Any] = {"room_id": "lobby"}
        self.query_params: Any = {"a": "1"}
        self.headers: Any = {"x-token": "t"}
        self.cookies: Mapping[str, str] = {"c": "2"}
        self.scope: dict[str, Any] = {"type": "websocket", "client": ("127.0.0.1", 5), "subprotocols": [], **scope}
        self.script = deque(script)
        self.sent: list[dict[str, Any]] = []
        self.broken: Exception | None = None

    async def receive(self) -> dict[str, Any]:
        return self.script.popleft()

    async def send(self, message: Any) -> None:
        if self.broken is not None:
            raise self.broken
        self.sent.append(message)


async def opened(*script: dict[str, Any], **options: Any) -> tuple[WebSocketSession, ScriptedConnection]:
    connection = ScriptedConnection([CONNECT, *script])
    session = WebSocketSession(connection, **options)
    await session.accept()
    connection.sent.clear()
    return session, connection


async def test_a_session_goes_from_connecting_to_open_to_closed() -> None:
    connection = ScriptedConnection([CONNECT])
    session = WebSocketSession(connection)
    assert (session.state, session.accepted) == (SessionState.CONNECTING, False)
    await session.accept()
    assert (session.state, session.accepted) == (SessionState.OPEN, True)
    assert session.opened_at is not None
    await session.close(4000, "done")
    assert (session.state, session.accepted) == (SessionState.CLOSED, True)
    assert (session.close_code, session.close_reason) == (4000, "done")
    assert connection.sent == [
        {"type": "websocket.accept", "subprotocol": None, "headers": []},
        {"type": "websocket.close", "code": 4000, "reason": "done"},
    ]


async def test_the_handshake_is_readable_before_and_after_accept() -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT], subprotocols=["v1", "v2"]))
    assert session.path_params["room_id"] == "lobby"
    assert session.query_params.get("a") == "1"
    assert session.headers.get("x-token") == "t"
    assert session.cookies == {"c": "2"}
    assert session.client == ("127.0.0.1", 5)
    assert session.subprotocols == ("v1", "v2")
    assert WebSocketSession(ScriptedConnection(client=None)).client is None


async def test_ids_are_random_and_stay() -> None:
    first, second = WebSocketSession(ScriptedConnection()), WebSocketSession(ScriptedConnection())
    assert first.id == first.id != second.id
    assert len(first.id) == 22
    assert first.id in repr(first)


async def test_attributes_are_the_session_s_own() -> None:
    first, second = WebSocketSession(ScriptedConnection()), WebSocketSession(ScriptedConnection())
    first.attributes["user"] = "ada"
    assert first.attributes == {"user": "ada"}
    assert second.attributes == {}


async def test_sessions_can_be_kept_in_a_set() -> None:
    first, second = WebSocketSession(ScriptedConnection()), WebSocketSession(ScriptedConnection())
    members = {first, second}
    members.discard(first)
    assert members == {second}


async def test_accept_chooses_an_offered_subprotocol_and_adds_headers() -> None:
    connection = ScriptedConnection([CONNECT], subprotocols=["v1", "v2"])
    session = WebSocketSession(connection)
    await session.accept("v2", headers={"Set-Cookie": "a=1"})
    assert session.subprotocol == "v2"
    assert connection.sent == [
        {"type": "websocket.accept", "subprotocol": "v2", "headers": [(b"set-cookie", b"a=1")]},
    ]


async def test_accept_refuses_a_subprotocol_nobody_offers() -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT], subprotocols=["v1"]))
    told = "does not offer this subprotocol; choose one of session.subprotocols (1), or accept without"
    with pytest.raises(ValueError, match=f"^{re.escape(f'accept(): the client {told}')}$"):
        await session.accept("v3")
    assert session.state is SessionState.CONNECTING
    with pytest.raises(ValueError, match=r"^accept\(\): the client offers no subprotocol; accept without one$"):
        await WebSocketSession(ScriptedConnection([CONNECT])).accept("v3")


async def test_a_client_that_leaves_before_accept_is_a_disconnect() -> None:
    session = WebSocketSession(ScriptedConnection([gone(1006, "")]))
    with pytest.raises(WebSocketDisconnect) as caught:
        await session.accept()
    assert caught.value.code == 1006
    assert (session.state, session.accepted) == (SessionState.CLOSED, False)


async def test_a_client_that_leaves_during_accept_is_a_disconnect() -> None:
    connection = ScriptedConnection([CONNECT])
    connection.broken = ConnectionResetError()
    session = WebSocketSession(connection)
    with pytest.raises(WebSocketDisconnect):
        await session.accept()
    assert not session.accepted


async def test_a_server_s_own_error_during_accept_passes_through() -> None:
    connection = ScriptedConnection([CONNECT])
    connection.broken = RuntimeError("server bug")
    with pytest.raises(RuntimeError, match="server bug"):
        await WebSocketSession(connection).accept()


@pytest.mark.parametrize("call", ["receive_text", "receive_bytes", "receive_json"])
async def test_receiving_before_accept_is_an_error_that_names_the_state(call: str) -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT]))
    with pytest.raises(SessionStateError) as caught:
        await getattr(session, call)()
    assert str(caught.value) == "receive: the session is connecting; await session.accept() first"


async def test_sending_before_accept_is_an_error_that_names_the_state() -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT]))
    with pytest.raises(SessionStateError) as caught:
        await session.send_text("x")
    assert str(caught.value) == "send: the session is connecting; await session.accept() first"


async def test_accepting_twice_is_an_error_that_names_the_state() -> None:
    session, _ = await opened()
    with pytest.raises(SessionStateError) as caught:
        await session.accept()
    assert str(caught.value) == "accept(): the session is open; accept it once, before anything else"


async def test_using_a_session_one_has_closed_is_an_error_that_names_the_code() -> None:
    session, _ = await opened(text("late"))
    await session.close(4001)
    for call in (session.receive_text(), session.send_text("x"), session.send_json({}), session.receive_bytes()):
        with pytest.raises(SessionStateError, match=r"the session is closed \(code 4001\); nothing can be sent"):
            await call
    with pytest.raises(SessionStateError, match=r"accept\(\): the session is closed \(code 4001\)"):
        await session.accept()


async def test_closing_twice_sends_one_frame_and_keeps_the_first_code() -> None:
    session, connection = await opened()
    await session.close(4000)
    await session.close(1011)
    assert connection.sent == [{"type": "websocket.close", "code": 4000, "reason": ""}]
    assert session.close_code == 4000


async def test_closing_before_accept_refuses_the_handshake() -> None:
    connection = ScriptedConnection([CONNECT])
    session = WebSocketSession(connection)
    await session.close()
    assert connection.sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]
    assert not session.accepted
    with pytest.raises(SessionStateError, match=r"closed \(the handshake was refused\)"):
        await session.receive_text()


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
async def test_a_close_code_that_may_not_be_sent_is_refused(code: int) -> None:
    session, connection = await opened()
    with pytest.raises(ValueError, match=f"close code {code} may not be sent"):
        await session.close(code)
    assert connection.sent == []
    assert session.state is SessionState.OPEN


async def test_a_long_reason_is_cut_between_characters() -> None:
    session, connection = await opened()
    await session.close(1000, "ä" * 100)
    assert connection.sent[0]["reason"] == "ä" * 61
    assert len(connection.sent[0]["reason"].encode()) <= 123


async def test_closing_a_broken_connection_is_harmless() -> None:
    session, connection = await opened()
    connection.broken = RuntimeError("already closed")
    await session.close()
    assert session.state is SessionState.CLOSED


async def test_text_bytes_and_json_are_received_and_counted() -> None:
    session, _ = await opened(text("hi"), binary(b"\x00"), text('{"a": [1]}'), binary(b'{"b": 2}'))
    assert await session.receive_text() == "hi"
    assert await session.receive_bytes() == b"\x00"
    assert await session.receive_json() == {"a": [1]}
    assert await session.receive_json(mode="binary") == {"b": 2}
    assert (session.received, session.sent) == (4, 0)


async def test_text_bytes_and_json_are_sent_and_counted() -> None:
    session, connection = await opened()
    await session.send_text("hi")
    await session.send_bytes(b"\x01")
    await session.send_bytes(bytearray(b"\x02"))
    await session.send_json({"a": [1, None], "ä": "ö"})
    await session.send_json([1], mode="binary")
    assert connection.sent == [
        {"type": "websocket.send", "text": "hi"},
        {"type": "websocket.send", "bytes": b"\x01"},
        {"type": "websocket.send", "bytes": b"\x02"},
        {"type": "websocket.send", "text": '{"a":[1,null],"ä":"ö"}'},
        {"type": "websocket.send", "bytes": b"[1]"},
    ]
    assert (session.received, session.sent) == (0, 5)


async def test_json_never_holds_what_json_cannot() -> None:
    session, connection = await opened()
    await session.send_json({"a": float("nan"), "b": float("inf")})
    assert connection.sent[0]["text"] == '{"a":null,"b":null}'


@pytest.mark.parametrize(("call", "value"), [("send_text", b"x"), ("send_text", {}), ("send_bytes", "x")])
async def test_sending_the_wrong_type_is_refused(call: str, value: object) -> None:
    session, connection = await opened()
    with pytest.raises(TypeError, match=f"{call}\\(\\): expected"):
        await getattr(session, call)(value)
    assert connection.sent == []


async def test_an_unknown_json_mode_is_refused() -> None:
    session, _ = await opened(text("{}"))
    with pytest.raises(ValueError, match='mode is \'xml\'; it must be "text" or "binary"'):
        await session.receive_json(mode="xml")  # type: ignore[arg-type]  # what an untyped caller may do
    with pytest.raises(ValueError, match="mode is 'xml'"):
        await session.send_json({}, mode="xml")  # type: ignore[arg-type]  # what an untyped caller may do
    assert await session.receive_json() == {}


@pytest.mark.parametrize(
    ("call", "message", "expected"),
    [
        ("receive_text", binary(b"x"), "text"),
        ("receive_json", binary(b"{}"), "text"),
        ("receive_bytes", text("x"), "binary"),
    ],
)
async def test_a_frame_of_the_other_kind_closes_with_1003(call: str, message: dict[str, Any], expected: str) -> None:
    session, connection = await opened(message)
    with pytest.raises(UnexpectedFrame) as caught:
        await getattr(session, call)()
    assert caught.value.expected == expected
    assert connection.sent == [
        {"type": "websocket.close", "code": 1003, "reason": f"expected a {expected} frame"},
    ]
    assert session.close_code == CloseCode.UNSUPPORTED_DATA


@pytest.mark.parametrize("frame", ["{", "", "nope", '{"a": NaN}', "[" * 5000, r'"\ud800"'])
async def test_a_message_that_is_no_json_leaves_the_session_usable(frame: str) -> None:
    session, _ = await opened(text(frame), text("[]"))
    with pytest.raises(InvalidMessage) as caught:
        await session.receive_json()
    assert caught.value.frame == frame
    assert caught.value.errors[0]["type"] == "json_invalid"
    assert str(caught.value).startswith("invalid message: Invalid JSON: ")
    assert await session.receive_json() == []


@pytest.mark.parametrize(("message", "code", "reason"), [(gone(), 1001, "bye"), (gone(None, ""), 1005, "")])
async def test_a_client_that_leaves_ends_every_wait(message: dict[str, Any], code: int, reason: str) -> None:
    session, _ = await opened(message)
    for call in (session.receive_text(), session.receive_json(), session.receive_bytes(), session.send_text("x")):
        with pytest.raises(WebSocketDisconnect) as caught:
            await call
        assert (caught.value.code, caught.value.reason) == (code, reason)
    assert (session.close_code, session.close_reason) == (code, reason)
    assert session.state is SessionState.CLOSED


async def test_a_broken_pipe_is_a_departure() -> None:
    session, connection = await opened()
    connection.broken = BrokenPipeError()
    with pytest.raises(WebSocketDisconnect) as caught:
        await session.send_text("x")
    assert caught.value.code == CloseCode.ABNORMAL
    assert str(caught.value) == "the session has ended with close code 1006"
    assert str(WebSocketDisconnect(4001, "a client's words")) == "the session has ended with close code 4001"
    assert session.sent == 0


async def test_a_server_s_own_error_while_sending_passes_through() -> None:
    session, connection = await opened()
    connection.broken = RuntimeError("server bug")
    with pytest.raises(RuntimeError, match="server bug"):
        await session.send_text("x")
    assert session.state is SessionState.OPEN


async def test_a_message_for_somebody_else_s_departed_client_is_dropped() -> None:
    departed, connection = await opened(managed=True)
    other, _ = await opened(managed=True)
    connection.broken = ConnectionResetError()
    current_session.set(other)
    await departed.send_text("x")
    await departed.send_json({})
    assert departed.close_code == CloseCode.ABNORMAL
    assert departed.sent == 0


async def test_a_message_for_somebody_else_s_closed_session_is_dropped() -> None:
    closed, connection = await opened(managed=True)
    await closed.close(1000)
    await closed.send_text("x")
    assert len(connection.sent) == 1


async def test_the_own_handler_and_its_tasks_are_told_of_the_departure() -> None:
    session, connection = await opened({"type": "websocket.disconnect", "code": 4001}, managed=True)
    current_session.set(session)
    connection.broken = ConnectionResetError()
    with pytest.raises(WebSocketDisconnect, match="4001"):
        await asyncio.create_task(session.send_text("x"))


async def test_accepting_is_announced_once() -> None:
    announced: list[WebSocketSession] = []

    async def announce(session: WebSocketSession) -> None:
        announced.append(session)

    session, _ = await opened(on_accept=announce)
    assert announced == [session]


async def test_blanks_around_a_header_s_value_are_no_part_of_it() -> None:
    connection = ScriptedConnection([CONNECT])
    await WebSocketSession(connection).accept(headers={"x": " a\tb\t "})
    assert connection.sent[0]["headers"] == [(b"x", b"a\tb")]


async def test_offers_that_no_subprotocol_can_be_called_are_passed_over() -> None:
    connection = ScriptedConnection([CONNECT], subprotocols=["chat.v1", "a b", "x\r\ny", "", "\xe9", "a,b"])
    session = WebSocketSession(connection)
    assert session.subprotocols == ("chat.v1",)
    with pytest.raises(ValueError, match=r"does not offer this subprotocol; .* \(1\)"):
        await session.accept("a b")


@pytest.mark.parametrize("supported", [True, False])
async def test_deny_answers_with_a_response_where_the_server_can(supported: bool) -> None:
    extensions: dict[str, Any] = {"websocket.http.response": {}} if supported else {}
    connection = ScriptedConnection([CONNECT], extensions=extensions)
    session = WebSocketSession(connection)
    await session.deny(401, "who are you?", headers={"WWW-Authenticate": "Bearer"})
    if supported:
        assert connection.sent == [
            {
                "type": "websocket.http.response.start",
                "status": 401,
                "headers": [
                    (b"content-type", b"text/plain; charset=utf-8"),
                    (b"content-length", b"12"),
                    (b"www-authenticate", b"Bearer"),
                ],
            },
            {"type": "websocket.http.response.body", "body": b"who are you?"},
        ]
    else:
        assert connection.sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]
    assert session.state is SessionState.CLOSED
    with pytest.raises(SessionStateError, match=r"deny\(\): the session is closed \(the handshake was refused\)"):
        await session.deny()


async def test_deny_needs_a_body_that_can_be_sent() -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT]))
    with pytest.raises(TypeError, match=r"^deny\(\): expected a body of text or bytes, got dict$"):
        await session.deny(400, {"why": "not"})  # type: ignore[arg-type]  # that is what the test is about


def test_a_close_needs_a_reason_that_is_text() -> None:
    with pytest.raises(TypeError, match=r"^a close reason is text, got bytes$"):
        CloseSession(1000, b"bye")  # type: ignore[arg-type]  # that is what the test is about


async def test_deny_after_accept_is_an_error_that_names_the_state() -> None:
    session, _ = await opened()
    with pytest.raises(SessionStateError) as caught:
        await session.deny()
    assert str(caught.value) == "deny(): the session is open; an accepted session is ended with close()"


@pytest.mark.parametrize("status", [101, 200, 600])
async def test_deny_needs_a_status_that_refuses(status: int) -> None:
    with pytest.raises(ValueError, match=f"status {status} does not refuse a handshake"):
        await WebSocketSession(ScriptedConnection([CONNECT])).deny(status)


async def test_a_starlette_websocket_can_be_wrapped_before_and_after_its_accept() -> None:
    connection = ScriptedConnection([CONNECT, text("a")], path="/", headers=[], query_string=b"q=1&q=2")
    raw = WebSocket(connection.scope, connection.receive, connection.send)
    session = WebSocketSession(raw)
    assert session.query_params.getlist("q") == ["1", "2"]
    await session.accept()
    assert await session.receive_text() == "a"

    accepted = ScriptedConnection([CONNECT, text("b")])
    raw = WebSocket(accepted.scope, accepted.receive, accepted.send)
    await raw.accept()
    session = WebSocketSession(raw)
    assert session.state is SessionState.OPEN
    assert await session.receive_text() == "b"


async def test_a_starlette_websocket_that_received_connect_can_still_be_accepted() -> None:
    connection = ScriptedConnection([CONNECT, text("a")])
    raw = WebSocket(connection.scope, connection.receive, connection.send)
    await raw.receive()
    session = WebSocketSession(raw)
    await session.accept()
    assert await session.receive_text() == "a"


async def test_a_wrapped_starlette_websocket_tells_departures() -> None:
    connection = ScriptedConnection([CONNECT])
    raw = WebSocket(connection.scope, connection.receive, connection.send)
    session = WebSocketSession(raw)
    await session.accept()
    connection.broken = BrokenPipeError()
    with pytest.raises(WebSocketDisconnect):
        await session.send_text("x")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", "a\r\nx-evil: 1", "the value of header 'x' has a line break, a control or a non-latin-1 character"),
        ("x", "a\x00", "the value of header 'x' has a line break, a control or a non-latin-1 character"),
        ("x", "€", "the value of header 'x' has a line break, a control or a non-latin-1 character"),
        ("x y", "a", "a header's name is none; use letters, digits and hyphens"),
        ("x\n", "a", "a header's name is none; use letters, digits and hyphens"),
        ("Content-Length", "5", "the header 'Content-Length' is the server's own; leave it away"),
        ("Connection", "close", "the header 'Connection' is the server's own; leave it away"),
        ("Sec-WebSocket-Protocol", "a", "the header 'Sec-WebSocket-Protocol' is the server's own; leave it away"),
    ],
)
async def test_a_header_that_cannot_be_sent_is_refused_before_anything_is(name: str, value: str, message: str) -> None:
    connection = ScriptedConnection([CONNECT], extensions={"websocket.http.response": {}})
    session = WebSocketSession(connection)
    for call in (session.accept(headers={name: value}), session.deny(418, headers=[(name, value)])):
        with pytest.raises(ValueError) as caught:  # noqa: PT011  # the text is checked as a whole
            await call
        assert str(caught.value) == message
    assert connection.sent == []
    assert session.state is SessionState.CONNECTING
    await session.accept()


@pytest.mark.parametrize("header", [(b"x", b"a"), ("x", b"a")])
async def test_a_header_that_is_no_text_is_refused(header: Any) -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT]))
    with pytest.raises(TypeError, match=r"^headers are pairs of str, got bytes; leave the encoding to the session"):
        await session.accept(headers=[header])


async def test_who_is_closed_by_somebody_else_ends_as_if_the_client_had_left() -> None:
    session, _ = await opened(gone(4009, ""), managed=True)
    await session.close(4009, "kicked")
    current_session.set(session)
    for call in (session.receive_text(), session.send_text("x")):
        with pytest.raises(WebSocketDisconnect) as caught:
            await call
        assert (caught.value.code, caught.value.reason) == (4009, "kicked")
    assert (session.close_code, session.close_reason) == (4009, "kicked")


async def test_a_waiting_receive_is_told_the_code_the_session_was_closed_with() -> None:
    class Waiting(ScriptedConnection):
        async def receive(self) -> dict[str, Any]:
            if not self.script:
                await closed.wait()
                return gone(1005, "")
            return await super().receive()

    closed = asyncio.Event()
    session = WebSocketSession(Waiting([CONNECT]), managed=True)
    await session.accept()
    waiting = asyncio.create_task(session.receive_text())
    await asyncio.sleep(0)
    await session.close(4009, "kicked")
    closed.set()
    with pytest.raises(WebSocketDisconnect) as caught:
        await waiting
    assert (caught.value.code, caught.value.reason) == (4009, "kicked")


async def test_after_its_handler_has_ended_messages_for_an_ended_session_are_dropped() -> None:
    session, connection = await opened(gone(1001, ""), managed=True)
    current_session.set(session)
    with pytest.raises(WebSocketDisconnect):
        await session.receive_text()
    session.release()
    await session.send_text("x")
    assert connection.sent == []


class Say(BaseModel):
    text: str


async def test_typed_messages_are_received_sent_and_counted() -> None:
    session, connection = await opened(text('{"text": "hi"}'), codec=codec_for(Say, Say))
    message: Say = await session.receive()
    assert message == Say(text="hi")
    await session.send(Say(text="ho"))
    assert connection.sent == [{"type": "websocket.send", "text": '{"text":"ho"}'}]
    assert (session.received, session.sent) == (1, 1)


async def test_an_untyped_session_takes_frames_as_they_come() -> None:
    session, connection = await opened(text("hi"), binary(b"ho"))
    assert [await session.receive(), await session.receive()] == ["hi", b"ho"]
    await session.send({"a": 1})
    assert connection.sent[0]["text"] == '{"a":1}'


async def test_iteration_ends_with_the_session() -> None:
    session, _ = await opened(text("1"), text("2"), gone(1001), codec=codec_for(int, str))
    assert [message async for message in session] == [1, 2]
    assert session.close_code == 1001


async def test_iteration_ends_after_the_handler_s_own_close() -> None:
    session, connection = await opened(text("1"), text("2"), text("3"), codec=codec_for(int, str))
    received: list[int] = []
    async for message in session:
        received.append(message)
        if message == 2:
            await session.close(4001, "left")
    assert received == [1, 2]
    assert connection.sent == [{"type": "websocket.close", "code": 4001, "reason": "left"}]
    assert [message async for message in session] == []


async def test_iteration_before_accept_is_an_error() -> None:
    session = WebSocketSession(ScriptedConnection([CONNECT]))
    with pytest.raises(SessionStateError) as caught:
        await anext(session)
    assert str(caught.value) == "receive: the session is connecting; await session.accept() first"


async def test_a_typed_message_that_does_not_fit_leaves_the_session_usable() -> None:
    session, _ = await opened(text("{}"), text('{"text": "hi"}'), codec=codec_for(Say, Say))
    with pytest.raises(InvalidMessage) as caught:
        await session.receive()
    assert caught.value.errors[0]["loc"] == ("text",)
    assert await session.receive() == Say(text="hi")


async def test_a_frame_of_a_kind_the_type_has_not_closes_with_1003() -> None:
    session, connection = await opened(binary(b"{}"), codec=codec_for(Say, Say))
    with pytest.raises(UnexpectedFrame):
        await session.receive()
    assert connection.sent == [{"type": "websocket.close", "code": 1003, "reason": "expected a text frame"}]
    session, connection = await opened(text("x"), codec=codec_for(Never, Say))
    with pytest.raises(UnexpectedFrame):
        await session.receive()


async def test_a_typed_message_for_a_departed_client_is_a_departure() -> None:
    session, connection = await opened(codec=codec_for(str, str))
    connection.broken = BrokenPipeError()
    with pytest.raises(WebSocketDisconnect):
        await session.send("x")


async def test_a_reason_that_is_no_text_is_made_one() -> None:
    session, connection = await opened()
    await session.close(4000, "\ud800")
    assert connection.sent == [{"type": "websocket.close", "code": 4000, "reason": "?"}]


@pytest.mark.parametrize("echoes", [False, True])
async def test_a_handler_that_never_waits_lets_others_run_from_time_to_time(echoes: bool) -> None:
    """Neither one that sends on and on nor one that answers a flood holds up the event loop."""
    connection = ScriptedConnection([CONNECT, *[text("again")] * 10_000])
    session = WebSocketSession(connection)
    await session.accept()
    others = asyncio.Event()
    asyncio.get_running_loop().call_soon(others.set)
    while not others.is_set():
        await session.send_text(await session.receive_text() if echoes else "on and on")
    assert session.sent == BREATH
