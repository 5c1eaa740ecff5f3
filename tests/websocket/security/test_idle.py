"""Sessions in which nothing is said."""

from __future__ import annotations

import pytest

from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.security.idle import IdleSessions
from tests.websocket.security.handshakes import Client, application


class Quiet:
    @websocket_mapping("/t")
    async def talk(self, session: WebSocketSession) -> None:
        await session.accept()
        async for message in session:
            await session.send(message)


async def test_a_session_in_which_nothing_is_said_is_closed() -> None:
    async with application(Quiet, idle_timeout=0.01) as app:
        client = await app.serve(Client())
    assert client.close == (3008, "idle for too long")


async def test_without_the_setting_nobody_looks() -> None:
    async with application(Quiet) as app, app.serving(Client()):
        assert app.admission._idle is None


class Session:
    """Counts as sessions do."""

    def __init__(self) -> None:
        self.received = self.sent = 0
        self.ended: list[tuple[int, str]] = []

    def end(self, code: int, reason: str) -> None:
        self.ended.append((code, reason))


@pytest.mark.parametrize("direction", ["received", "sent"])
async def test_either_side_keeps_a_session_open(direction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("pyfly.websocket.security.idle.time.monotonic", lambda: now)
    sessions, session = IdleSessions(10), Session()
    sessions.watch(session)  # type: ignore[arg-type]
    now += 9
    setattr(session, direction, 1)
    sessions.look()
    now += 9
    sessions.look()
    assert session.ended == []
    now += 1
    sessions.look()
    assert session.ended == [(3008, "idle for too long")]
    sessions.look()
    assert len(session.ended) == 1
    sessions.dismiss(session)  # type: ignore[arg-type]


async def test_one_that_has_ended_is_looked_at_no_more() -> None:
    async with application(Quiet, idle_timeout=3600) as app:
        await app.serve(Client("hello", leaves=True))
        watch = app.admission._idle
        assert watch is not None
        assert not watch._seen
