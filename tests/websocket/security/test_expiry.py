"""Sessions that end when a token runs out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pyfly.websocket import HandshakeInterceptor, WebSocketDisconnect, WebSocketSession, websocket_mapping
from pyfly.websocket.attention import SWEEP_SECONDS
from pyfly.websocket.security.expiry import Expiries
from tests.websocket.security.handshakes import Client, application


def soon(seconds: float = 0.05) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


class Token:
    """A session that notes how often it was ended."""

    def __init__(self, expires_at: datetime) -> None:
        self.expires_at: datetime | None = expires_at
        self.ended = 0

    def expire(self) -> None:
        self.ended += 1


async def test_putting_an_end_off_keeps_one_entry_and_who_is_gone_none(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("pyfly.websocket.security.expiry.time.time", lambda: now)
    expiries = Expiries()

    def put_off(token: Token, at: float) -> None:
        token.expires_at = datetime.fromtimestamp(at, UTC)
        expiries.add(token, token.expires_at)

    token = Token(datetime.fromtimestamp(now, UTC))
    for seconds in range(1, 100):
        put_off(token, now + seconds)
    assert len(expiries._next) == 1
    now += 98
    expiries.look()
    assert (token.ended, len(expiries._next)) == (0, 1)
    now += 1
    expiries.look()
    assert (token.ended, len(expiries._next)) == (1, 0)
    put_off(token, now + 50)
    put_off(token, now + 5)  # brought forward
    now += 5
    expiries.look()
    assert token.ended == 2

    tokens = [Token(datetime.fromtimestamp(now, UTC)) for _ in range(500)]
    for token in tokens:
        put_off(token, now + 3600)
    tokens.clear()
    del token
    expiries.look()
    assert expiries._next == []


async def test_a_session_is_closed_when_its_token_runs_out() -> None:
    class Short:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            session.expires_at = soon()
            await session.accept()
            await session.receive()

    async with application(Short) as app:
        client = await app.serve(Client())
    assert client.close == (3000, "the session has expired")


@pytest.mark.parametrize("challenge", ["Bearer", 'Bearer realm="rooms"'])
async def test_a_handshake_whose_token_has_run_out_is_denied(challenge: str, caplog: pytest.LogCaptureFixture) -> None:
    raised: list[BaseException] = []

    class Short:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            session.expires_at = soon(-1)
            try:
                await session.accept()
            except WebSocketDisconnect as error:
                raised.append(error)
                raise

    async with application(Short, authentication_challenge=challenge) as app:
        client = await app.serve(Client())
    assert (client.status, client.response_headers["www-authenticate"]) == (401, challenge)
    assert client.problem["detail"] == "What proves the user's identity has run out."
    assert app.denials == [("unauthenticated", 401)]
    assert len(raised) == 1
    assert "failed" not in caplog.text


async def test_a_handshake_whose_token_runs_out_meanwhile_is_denied_and_its_handler_cancelled() -> None:
    ended: list[str] = []

    class Slow:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            session.expires_at = soon()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("handler")

        async def on_disconnect(self, session: WebSocketSession) -> None:
            ended.append(f"hook, accepted: {session.accepted}")

    async with application(Slow) as app:
        client = await app.serve(Client())
        assert (len(app.admission.pending), len(app.admission.places)) == (0, 0)
    assert client.status == 401
    assert app.denials == [("unauthenticated", 401)]
    assert ended == ["handler", "hook, accepted: False"]


async def test_a_token_that_runs_out_while_interceptors_are_asked_is_told_as_such() -> None:
    denied = asyncio.Event()

    class Telling(Client):
        async def send(self, message: Any) -> None:
            await super().send(message)
            denied.set()

    class Slow(HandshakeInterceptor):
        async def before_handshake(self, session: WebSocketSession) -> None:
            session.expires_at = soon()
            await denied.wait()

    class Never:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            raise AssertionError("the handshake has not been let in")

    async with application(Never, Slow) as app:
        client = await app.serve(Telling())
    assert client.status == 401
    assert app.denials == [("unauthenticated", 401)]


async def test_a_handler_that_denies_first_has_its_way() -> None:
    class Short:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            session.expires_at = soon(-1)
            await session.deny(410, "too late")
            await asyncio.sleep(2 * SWEEP_SECONDS)

    async with application(Short) as app:
        client = await app.serve(Client())
    assert client.status == 410
    assert len(client.sent) == 2
    assert app.denials == [("handler", 410)]


async def test_a_handler_that_waits_elsewhere_is_ended_as_well() -> None:
    ended = asyncio.Event()

    class Short:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()
            session.expires_at = soon()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    async with application(Short) as app:
        client = await app.serve(Client())
    assert client.close == (3000, "the session has expired")
    assert ended.is_set()


async def test_a_token_may_be_renewed() -> None:
    class Pair:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()
            session.expires_at = soon(0.05)
            if session.headers.get("renews"):
                session.expires_at = None
                await app.serve(Client())
                assert session.close_code is None
            else:
                await session.receive()

    async with application(Pair) as app:
        client = await app.serve(Client(headers=[("renews", "1")]))
    assert client.close == (1000, "")


async def test_the_time_needs_a_zone() -> None:
    session = WebSocketSession(Client())  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=r"^expires_at: the time has no time zone; write datetime\.fromtimestamp\(seconds, UTC\)$"
    ):
        session.expires_at = datetime(2030, 1, 1)
    assert session.expires_at is None


def test_a_session_outside_of_an_event_loop_keeps_the_time() -> None:
    session = WebSocketSession(Client())  # type: ignore[arg-type]
    session.expires_at = at = soon()
    assert session.expires_at == at
    session.expires_at = None
    assert session.expires_at is None
