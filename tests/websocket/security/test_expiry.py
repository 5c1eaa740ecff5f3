"""Sessions that end when a token runs out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from pyfly.websocket import WebSocketSession, websocket_mapping
from tests.websocket.security.handshakes import Client, application


def soon(seconds: float = 0.05) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


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
