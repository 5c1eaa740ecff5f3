"""Clients that send too many messages."""

from __future__ import annotations

import logging

import pytest

from pyfly.websocket import WebSocketDisconnect, WebSocketSession, websocket_mapping
from pyfly.websocket.security.rate import MeteredConnection
from tests.websocket.security.handshakes import Client, application, session_fields


class Echo:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.told: list[tuple[int, str]] = []

    @websocket_mapping("/t")
    async def talk(self, session: WebSocketSession) -> None:
        await session.accept()
        try:
            while True:
                self.heard.append(await session.receive_text())
        except WebSocketDisconnect as error:
            self.told.append((error.code, error.reason))
            raise


async def test_the_message_that_is_too_many_ends_the_session(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pyfly"):
        async with application(Echo, message_rate=0.001, message_burst=3) as app:
            client = await app.serve(Client("a", "b", "c", "secret", "e"))
            bean = app.context.get_bean(Echo)
    assert bean.heard == ["a", "b", "c"]
    assert bean.told == [(1008, "too many messages")]
    assert client.close == (1008, "too many messages")
    (record,) = [it for it in caplog.records if "the client sends more than 0.001 messages a second" in it.message]
    path_template, close_code, duration = session_fields(record)
    assert (path_template, close_code) == ("/t", None)
    assert isinstance(duration, float)
    assert "secret" not in caplog.text


async def test_the_burst_is_twice_the_rate_by_default() -> None:
    async with application(Echo, message_rate=2) as app:
        await app.serve(Client(*"abcdefgh"))
        heard = app.context.get_bean(Echo).heard
    assert heard == list("abcd")


async def test_the_allowance_fills_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("pyfly.websocket.security.rate.time.monotonic", lambda: now)
    client = Client(*"abcdef")
    connection = MeteredConnection(client, rate=2, burst=2)  # type: ignore[arg-type]
    await connection.receive()
    kinds = []
    for pause in (0.0, 0.0, 0.5, 100.0, 0.0, 0.0):
        now += pause
        kinds.append((await connection.receive())["type"].removeprefix("websocket."))
    assert kinds == ["receive", "receive", "receive", "receive", "receive", "disconnect"]


async def test_nobody_else_pays() -> None:
    seen: list[object] = []

    class Plain:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            seen.append(type(session._connection).__name__)
            await session.accept()

    async with application(Plain) as app:
        await app.serve(Client())
    async with application(Plain, message_rate=5) as app:
        await app.serve(Client())
    assert seen == ["StarletteConnection", "MeteredConnection"]
