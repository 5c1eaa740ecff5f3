"""What applications say about members that do not keep up: for one handler, or in the settings."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.outbox import Overflow
from pyfly.websocket.rooms import OutboxLimits, Rooms
from tests.websocket.security.handshakes import Client, application


class Hall:
    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.joined = asyncio.Event()

    @websocket_mapping("/t")
    async def stay(self, session: WebSocketSession) -> None:
        await session.accept()
        async with self.rooms.join("hall", session):
            self.joined.set()
            await session.receive_text()


class HallOfTheLatest(Hall):
    @websocket_mapping("/t", outbox=OutboxLimits(messages=2, overflow="drop_oldest"))
    async def stay(self, session: WebSocketSession) -> None:
        await super().stay(session)


class Slow(Client):
    """Takes no message before its gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            await self.gate.wait()
        await super().send(message)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]


async def told(controller: type[Hall], **settings: Any) -> Slow:
    """Publish 1 to 5 to a member that takes nothing meanwhile; what it got in the end."""
    client = Slow()
    async with application(controller, **settings) as app:
        serving = asyncio.create_task(app.serve(client))
        hall = app.context.get_bean(controller)
        await hall.joined.wait()
        room = hall.rooms.room("hall")
        for number in range(1, 6):
            await room.publish(number)
        client.gate.set()
        client.tell({"type": "websocket.receive", "text": "enough"})
        await serving
    return client


async def test_a_mapping_says_what_happens_to_its_members() -> None:
    client = await told(HallOfTheLatest, outbox_overflow="close", outbox_messages=1)
    assert (client.texts, client.close) == (["1", "4", "5"], (1000, ""))


@pytest.mark.parametrize(
    ("overflow", "texts", "close"),
    [
        ("close", [], (1013, "too slow")),
        ("drop_oldest", ["1", "4", "5"], (1000, "")),
        ("drop_newest", ["1", "2", "3"], (1000, "")),
    ],
)
async def test_settings_say_it_for_all_others(overflow: Overflow, texts: list[str], close: tuple[int, str]) -> None:
    client = await told(Hall, outbox_overflow=overflow, outbox_messages=2)
    assert (client.texts, client.close) == (texts, close)


async def test_the_size_that_may_wait_is_set_as_well() -> None:
    client = await told(Hall, outbox_size=3, outbox_overflow="drop_newest")
    assert client.texts == ["1", "2", "3", "4"]


async def test_without_a_word_all_of_it_waits() -> None:
    assert (await told(Hall)).texts == ["1", "2", "3", "4", "5"]
