"""Cleanup that does not come to an end is cancelled, and the session's place is free."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import MemberLeft, Rooms
from tests.websocket.security.handshakes import Client, application


class Leaving:
    """Sessions that end at once."""

    @websocket_mapping("/t")
    async def handle(self, session: WebSocketSession) -> None:
        await session.accept()


async def test_a_hook_that_takes_too_long_is_cancelled_and_told(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    class Stuck(Leaving):
        async def on_disconnect(self, session: WebSocketSession) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("hook")

    async with application(Stuck, disconnect_timeout=0.01) as app:
        await app.serve(Client())
        assert len(app.admission.places) == 0
    assert ended == ["hook"]
    (message,) = [message for message in caplog.messages if "was cancelled" in message]
    assert "handle: on_disconnect of session " in message
    assert message.endswith(" was cancelled after 0.01 seconds")


async def test_a_hook_that_ignores_its_cancellation_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyfly.websocket.cleanup.CANCELLED_SECONDS", 0.01)
    gate = asyncio.Event()

    class Stubborn(Leaving):
        async def on_disconnect(self, session: WebSocketSession) -> None:
            while not gate.is_set():
                try:
                    await gate.wait()
                except asyncio.CancelledError:
                    continue

    async with application(Stubborn, disconnect_timeout=0.01) as app:
        await app.serve(Client())
        assert len(app.admission.places) == 0
        gate.set()


@pytest.mark.parametrize("leaves_first", [True, False], ids=["by its handler", "by its end"])
async def test_a_listener_that_hangs_keeps_nobody_in_a_room_and_no_other_listener_from_hearing(
    leaves_first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    left: list[str] = []
    hooks: list[str] = []

    class Members:
        def __init__(self, rooms: Rooms) -> None:
            self.rooms = rooms

        @websocket_mapping("/t")
        async def handle(self, session: WebSocketSession) -> None:
            await session.accept()
            rooms = AsyncExitStack()
            for name in ("quiet", "stuck", "other"):
                await rooms.enter_async_context(self.rooms.join(name, session))
            try:
                await session.receive_text()
            finally:
                if leaves_first:
                    await rooms.aclose()

        async def on_disconnect(self, session: WebSocketSession) -> None:
            hooks.append("hook")

    async def hang(event: MemberLeft) -> None:
        if event.room == "stuck":
            await asyncio.Event().wait()
        left.append(event.room)

    async with application(Members, disconnect_timeout=0.05) as app:
        app.context.events.subscribe(MemberLeft, hang)
        await app.serve(Client(leaves=True))
        assert len(app.admission.places) == 0
        assert (await app.context.get_bean_async(Rooms)).names == ()
    assert set(left) == {"quiet", "other"}
    assert hooks == ["hook"]
    assert [message for message in caplog.messages if "was cancelled after 0.05 seconds" in message]


async def test_no_limit_lets_a_hook_take_its_time() -> None:
    gate = asyncio.Event()
    ended: list[str] = []

    class Slow(Leaving):
        async def on_disconnect(self, session: WebSocketSession) -> None:
            await gate.wait()
            ended.append("hook")

    async with application(Slow, disconnect_timeout=0) as app:
        serving = asyncio.create_task(app.serve(Client()))
        await asyncio.wait({serving}, timeout=0.05)
        assert not serving.done()
        gate.set()
        await serving
    assert ended == ["hook"]


async def test_a_cancelled_session_gives_its_hook_the_same_time() -> None:
    begun = asyncio.Event()
    ended: list[str] = []

    class Stuck(Leaving):
        async def on_disconnect(self, session: WebSocketSession) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("hook")

    async with application(Stuck, disconnect_timeout=0.05) as app:
        serving = asyncio.create_task(app.serve(Client()))
        await begun.wait()
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert ended == ["hook"]
