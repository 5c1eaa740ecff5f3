"""What the scenarios talk to: handlers of every temper, and what they leave behind."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections import deque

from pydantic import BaseModel

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import get_mapping, post_mapping
from pyfly.websocket import Sessions as OpenSessions
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import Rooms

PAYLOAD = "x" * (64 * 1024)


class Move(BaseModel):
    """A message with a shape."""

    x: int
    y: int


class Left(BaseModel):
    """A session that has ended, and when."""

    code: int | None
    at: float


@rest_controller
class Sessions:
    """Handlers, each in its own way attentive or not."""

    def __init__(self, rooms: Rooms, open_sessions: OpenSessions) -> None:
        self.rooms = rooms
        self.open_sessions = open_sessions
        self.started = 0
        self.left: deque[Left] = deque(maxlen=100)
        self.ended = 0
        self.finallies = 0

    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        self.started += 1
        await session.accept()
        while True:
            message = await session.receive()
            await (session.send_text(message) if isinstance(message, str) else session.send_bytes(message))

    @websocket_mapping("/replies")
    async def replies(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        async for text in session:
            await asyncio.sleep(0.01)  # the work that a reply takes
            await session.send(text)

    @websocket_mapping("/closes")
    async def closes(self, session: WebSocketSession) -> None:
        await session.accept()
        for _ in range(2):
            await session.receive()
        await session.close(4001)

    @websocket_mapping("/typed")
    async def typed(self, session: WebSocketSession[Move, Move]) -> None:
        self.started += 1
        await session.accept()
        async for move in session:
            await session.send(Move(x=move.y, y=move.x))

    @websocket_mapping("/elsewhere")
    async def elsewhere(self, session: WebSocketSession) -> None:
        self.started += 1
        await session.accept()
        await session.send_text("here")
        try:
            await asyncio.Event().wait()
        finally:
            self.finallies += 1

    @websocket_mapping("/rooms/{room}")
    async def room(self, session: WebSocketSession, room: str) -> None:
        self.started += 1
        await session.accept()
        async with self.rooms.join(room, session):
            await session.send_text("joined")
            async for text in session:
                await self.rooms.room(room, str).publish(str(text))

    @post_mapping("/rooms/{room}/big/{first:int}/{count:int}")
    async def big(self, room: str, first: int, count: int) -> float:
        longest = 0.0
        for number in range(first, first + count):
            since = time.monotonic()
            await self.rooms.room(room, str).publish(f"{number}:{PAYLOAD}")
            longest = max(longest, time.monotonic() - since)
        return longest

    @post_mapping("/rooms/{room}/together/{count:int}/{size:int}")
    async def together(self, room: str, count: int, size: int) -> None:
        publish, text = self.rooms.room(room, str).publish, "x" * size
        await asyncio.gather(*(publish(f"{number}:{text}") for number in range(count)))

    @post_mapping("/everybody")
    async def everybody(self) -> int:
        return await self.open_sessions.broadcast("to everybody")

    @get_mapping("/rooms/{room}/waiting")
    async def waiting(self, room: str) -> int:
        return max((member.waiting for member in self.rooms.room(room).members), default=0)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self.ended += 1
        self.left.append(Left(code=session.close_code, at=time.monotonic()))
        if session.path_template == "/replies":
            print(f"received {session.received}, sent {session.sent}", flush=True)

    @get_mapping("/left")
    async def who_left(self) -> list[Left]:
        return list(self.left)

    @get_mapping("/counts")
    async def counts(self) -> dict[str, int]:
        gc.collect()
        return {
            "tasks": sum(not task.done() for task in asyncio.all_tasks()),
            "sessions": sum(isinstance(thing, WebSocketSession) for thing in gc.get_objects()),
            "started": self.started,
            "left": self.ended,
            "finallies": self.finallies,
            "files": len(os.listdir("/proc/self/fd")),
        }


app = create_app(__name__)
