"""Tests that are ordinary functions have the same client."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from pyfly.context import LifecycleState
from pyfly.testing import (
    ClientError,
    ClientTimeout,
    HandlerFailed,
    HandshakeDenied,
    SessionEnded,
    connect_path_sync,
    connect_sync,
    running_sync,
)
from pyfly.websocket import SessionState
from tests.testing.conftest import End, Fail, Said, Say, TalkController

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from tests.testing.conftest import Running


def test_messages_go_both_ways_as_their_types(app: Starlette) -> None:
    connecting = connect_sync(app, TalkController.talk, 3, nickname="Ada").using(
        subprotocols=["v1"], headers={"a": "b"}, timeout=7
    )
    with connecting as client:
        client.send(Say(text="hello"))
        assert client.receive() == Said("Ada: hello", 3)
        assert (client.subprotocol, client.headers, client.cookies) == ("v1", {"x-room": "3"}, {})
        assert (client.url, client.timeout, client.state) == ("/talk/rooms/3?nickname=Ada", 7, SessionState.OPEN)
        assert repr(client) == "<SyncWebSocketClient of TalkController.talk at /talk/rooms/3?nickname=Ada open>"
        assert client.closing is None
        client.send(End(code=4000))
        assert client.closed() == (4000, "asked to")
        assert client.closing == (4000, "asked to")


def test_raw_frames_go_and_come_as_they_are(app: Starlette) -> None:
    with connect_path_sync(app, "/talk/raw") as client:
        client.send_text("x")
        assert client.receive_text() == "x"
        client.send_bytes(b"x")
        assert client.receive_bytes() == b"x"
        client.send_json([1])
        assert client.receive_json() == [1]


def test_messages_are_iterated_over(app: Starlette) -> None:
    with connect_sync(app, TalkController.talk, 3) as client:
        client.send(Say(text="a"))
        client.send(Say(text="b"))
        client.send(End())
        assert [message.text for message in client] == ["guest: a", "guest: b"]


def test_errors_are_the_same(app: Starlette) -> None:
    with connect_sync(app, TalkController.talk, 3) as client:
        client.send(Fail())
        with pytest.raises(SessionEnded, match="ZeroDivisionError: asked to"):
            client.receive()
    with connect_sync(app, TalkController.talk, 3) as client, pytest.raises(ClientTimeout, match="waits for a message"):
        client.receive(timeout=0.01)
    with pytest.raises(HandlerFailed, match="asked to"), connect_sync(app, TalkController.talk, 3) as client:
        client.send(Fail())
    with pytest.raises(HandshakeDenied), connect_sync(app, TalkController.refused):
        pass
    assert connect_sync(app, TalkController.refused, 410).denied().status == 410


def test_client_may_leave_in_both_ways(running_app: Running) -> None:
    with running_sync(running_app.app):
        with connect_sync(running_app.app, TalkController.raw) as client:
            client.close(4000, "bye")
            assert client.closed() == (4000, "bye")
        with connect_sync(running_app.app, TalkController.raw) as client:
            client.vanish()
            assert client.closed() == (1006, "")
        assert running_app.journal.lines == ["gone 4000", "gone 1006"]


def state_of(running_app: Running) -> LifecycleState:
    return running_app.context.state


def test_clients_share_one_application_and_one_thread(running_app: Running) -> None:
    threads = threading.active_count()
    with connect_sync(running_app.app, TalkController.raw):
        journal = running_app.journal
        with connect_sync(running_app.app, TalkController.raw):
            assert running_app.journal is journal
        assert threading.active_count() == threads + 1
        assert state_of(running_app) is LifecycleState.STARTED
    assert state_of(running_app) is LifecycleState.STOPPED
    assert threading.active_count() == threads


def test_coroutine_functions_run_beside_the_application(running_app: Running) -> None:
    async def proceed() -> None:
        running_app.journal.proceed.set()

    with running_sync(running_app.app) as portal, connect_sync(running_app.app, TalkController.feed) as client:
        assert client.receive().text == "first"
        portal.call(proceed)
        assert client.receive().text == "second"


def test_application_of_a_test_client_is_used_as_it_runs(running_app: Running) -> None:
    with TestClient(running_app.app) as http:
        journal = running_app.journal
        with connect_sync(http, TalkController.raw) as client:
            client.send_text("x")
            assert client.receive_text() == "x"
            assert http.get("/nowhere").status_code == 404
        with connect_path_sync(http, "/talk/raw") as client:
            client.send_text("y")
            assert client.receive_text() == "y"
        assert running_app.journal is journal
        assert state_of(running_app) is LifecycleState.STARTED


def test_test_client_that_does_not_run_its_application_is_told(app: Starlette) -> None:
    with pytest.raises(ClientError) as wrong, connect_sync(TestClient(app), TalkController.raw):
        pass
    assert str(wrong.value) == ("the TestClient does not run its application; enter it: with TestClient(app) as http")


def test_connection_is_open_once_at_a_time(app: Starlette) -> None:
    connecting = connect_sync(app, TalkController.raw)
    with connecting, pytest.raises(ClientError, match="this connection is open already"):
        connecting.__enter__()
    connecting.__exit__(None, None, None)
