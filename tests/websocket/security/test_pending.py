"""Handshakes that are not accepted in time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.context import ApplicationContext, Settings
from pyfly.metadata import MetadataRegistry
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.adapters.starlette import WebSocketRegistrar
from pyfly.websocket.attention import SWEEP_SECONDS
from pyfly.websocket.security.pending import PendingHandshakes
from tests.websocket.security.handshakes import Client, application, session_fields


async def test_a_handler_that_does_not_accept_in_time_is_cancelled(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    class Stuck:
        @websocket_mapping("/t")
        async def wait(self, session: WebSocketSession) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("handler")

        async def on_disconnect(self, session: WebSocketSession) -> None:
            ended.append(f"hook, accepted: {session.accepted}")

    async with application(Stuck, accept_timeout=0.01) as app:
        client = await app.serve(Client())
        assert (len(app.admission.pending), len(app.admission.places)) == (0, 0)
    assert client.status == 503
    assert client.problem["detail"] == "The session was not accepted in time."
    assert ended == ["handler", "hook, accepted: False"]
    assert app.denials == [("timeout", 503)]
    (record,) = [record for record in caplog.records if "was not accepted within 0.01 seconds" in record.message]
    assert session_fields(record) == ("/t", None, None)


async def test_accepting_too_late_ends_the_handler_as_a_departure_does(caplog: pytest.LogCaptureFixture) -> None:
    refused = asyncio.Event()

    class Late:
        @websocket_mapping("/t")
        async def wait(self, session: WebSocketSession) -> None:
            await refused.wait()
            await session.accept()

    class Telling(Client):
        async def send(self, message: Any) -> None:
            await super().send(message)
            refused.set()

    async with application(Late, accept_timeout=0.01) as app:
        client = await app.serve(Telling())
    assert client.status == 503
    assert "failed" not in caplog.text


class Part:
    pass


async def make_part() -> Part:
    await asyncio.sleep(1.5 * SWEEP_SECONDS)
    return Part()


class Slow:
    def __init__(self, part: Part) -> None:
        self._part = part

    @websocket_mapping("/t")
    async def wait(self, session: WebSocketSession) -> None:
        await session.accept()


async def test_a_controller_that_is_made_too_slowly_is_too_late_as_well(caplog: pytest.LogCaptureFixture) -> None:
    registry = MetadataRegistry()
    context = ApplicationContext(settings=Settings(accept_timeout=0.01), registry=registry)
    context.register_factory(make_part, scope="session")
    context.register(Slow, scope="session")
    (route,) = WebSocketRegistrar(registry=registry, controllers=[Slow]).collect_routes(context)
    client = Client()
    async with context:
        await route.app(client.scope, client.receive, client.send)
    assert client.status == 503
    assert "failed" not in caplog.text


async def test_only_what_has_lasted_too_long_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("pyfly.websocket.security.pending.time.monotonic", lambda: now)
    handshakes, early, late = PendingHandshakes(seconds=10), Client(), Client()
    first, second = (WebSocketSession(client) for client in (early, late))  # type: ignore[arg-type]
    handshakes.begin(first)
    now += 5
    handshakes.begin(second)
    now += 5
    handshakes.look()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert (early.status, late.status, len(handshakes)) == (503, 101, 1)
    handshakes.end(first)
    handshakes.end(second)
    assert len(handshakes) == 0


async def test_a_handshake_that_is_answered_just_then_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    handshakes, client = PendingHandshakes(seconds=0.001), Client()
    session = WebSocketSession(client)  # type: ignore[arg-type]
    handshakes.begin(session)
    await asyncio.sleep(0.002)
    handshakes.look()
    await session.accept()
    await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
    assert client.status == 101
    assert caplog.records == []


async def test_a_session_that_is_accepted_has_all_the_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Prompt:
        @websocket_mapping("/t")
        async def talk(self, session: WebSocketSession) -> None:
            await session.accept()
            await session.receive()

    async with application(Prompt, accept_timeout=1) as app, app.serving(Client()) as task:
        pending: Any = app.admission.pending
        assert len(pending) == 0
        pending.look()
        assert not task.done()
