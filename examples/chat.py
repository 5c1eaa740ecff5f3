"""A chat: rooms over WebSocket, what goes on in them as server-sent events, and a page to talk through.

Start it with ``pyfly run examples/chat.py`` and open http://127.0.0.1:8000 in two tabs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import StringConstraints
from starlette.responses import FileResponse

from pyfly.apidocs import ApiInfo
from pyfly.container import bean, configuration, controller, rest_controller, service
from pyfly.web import QueryParam, get_mapping, operation, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import CloseCode, WebSocketSession, websocket_mapping

RoomId = Annotated[str, StringConstraints(pattern=r"^[\w -]{1,40}$")]
Nickname = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]

LONGEST_MESSAGE = 2000
"""Characters of a message in a room."""
BACKLOG = 100
"""How far a subscriber may fall behind."""

PAGE = Path(__file__).parent / "chat_page"
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}

T = TypeVar("T")


class Topic(Generic[T]):
    """Hands every item to all subscribers; who falls behind loses the oldest ones, and nobody waits for it."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[T]] = set()

    @contextmanager
    def subscribe(self) -> Generator[asyncio.Queue[T]]:
        queue: asyncio.Queue[T] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def publish(self, item: T) -> None:
        for queue in self._queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(item)


@dataclass(frozen=True)
class RoomEvent:
    """What the members of a room get to see."""

    kind: Literal["joined", "left", "message"]
    nickname: str
    text: str = ""


@dataclass(frozen=True)
class RoomSummary:
    """What everybody may know of a room; one without members is gone."""

    room: str
    members: int
    messages: int


class Room:
    """One room and its members' events."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members = 0
        self.messages = 0
        self.events = Topic[RoomEvent]()

    def summary(self) -> RoomSummary:
        return RoomSummary(self.name, self.members, self.messages)


@service
class Rooms:
    """All rooms; each is there from its first member to its last."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self.activity = Topic[RoomSummary]()

    def summaries(self) -> list[RoomSummary]:
        return [room.summary() for room in self._rooms.values()]

    @contextmanager
    def join(self, name: str, nickname: str) -> Generator[tuple[Room, asyncio.Queue[RoomEvent]]]:
        """Take part in a room for as long as the context is open."""
        room = self._rooms.setdefault(name, Room(name))
        room.members += 1
        with room.events.subscribe() as events:
            self._tell(room, RoomEvent("joined", nickname))
            try:
                yield room, events
            finally:
                room.members -= 1
                if not room.members:
                    del self._rooms[name]
                self._tell(room, RoomEvent("left", nickname))

    def say(self, room: Room, nickname: str, text: str) -> None:
        room.messages += 1
        self._tell(room, RoomEvent("message", nickname, text))

    def _tell(self, room: Room, event: RoomEvent) -> None:
        room.events.publish(event)
        self.activity.publish(room.summary())


@rest_controller
@request_mapping("/ws")
class ChatController:
    """Broadcasts each received message to every connected client."""

    def __init__(self) -> None:
        self._clients: set[WebSocketSession] = set()

    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession) -> None:
        await session.accept()
        self._clients.add(session)
        try:
            while True:
                msg = await session.receive_text()
                for client in list(self._clients):
                    await client.send_text(msg)
        finally:
            self._clients.discard(session)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        # Belt-and-suspenders cleanup; also invoked by the registrar.
        self._clients.discard(session)


@rest_controller
@request_mapping("/ws/rooms")
class RoomController:
    """Talk in rooms: text comes in, events go out, each member at its own pace."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @operation(examples={"hello": "Hello, everybody!", "arrival": RoomEvent("joined", "ada")})
    @websocket_mapping("/{room_id}")
    async def join(
        self, session: WebSocketSession[str, RoomEvent], room_id: RoomId, nickname: QueryParam[Nickname] = "guest"
    ) -> None:
        """Talk in a room.

        What a member sends is heard by **all** members, the sender too.

        Args:
            room_id: The room's name; it is there from its first member to its last.
            nickname: Whom the others see.
        """
        await session.accept()
        with self._rooms.join(room_id, nickname) as (room, events):
            async with asyncio.TaskGroup() as tasks:
                delivery = tasks.create_task(deliver(events, session))
                while len(text := await session.receive_text()) <= LONGEST_MESSAGE:
                    self._rooms.say(room, nickname, text)
                delivery.cancel()
            await session.close(CloseCode.MESSAGE_TOO_BIG, f"a message has up to {LONGEST_MESSAGE} characters")


async def deliver(events: asyncio.Queue[RoomEvent], session: WebSocketSession[str, RoomEvent]) -> None:
    while True:
        await session.send(await events.get())


@rest_controller
@request_mapping("/api")
class ActivityController:
    """What goes on in the rooms, to look up and to follow."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @get_mapping("/rooms")
    async def rooms(self) -> list[RoomSummary]:
        """List the rooms that have members."""
        return self._rooms.summaries()

    @sse_mapping("/activity")
    async def activity(self) -> AsyncIterator[RoomSummary]:
        """Follow what goes on in the rooms.

        Yields:
            A room whenever something has changed in it; first every room there is.
        """
        with self._rooms.activity.subscribe() as changes:
            for summary in self._rooms.summaries():
                yield summary
            while True:
                yield await changes.get()


@configuration
class ChatConfiguration:
    """What the documentation page says of the whole: ``pyfly run examples/chat.py --docs`` serves it."""

    @bean
    def api_info(self) -> ApiInfo:
        return ApiInfo(title="Chat", version="1.0.0", description="Talk in rooms, and follow what goes on in them.")


@operation(hidden=True)
@controller
class PageController:
    """The page: three files."""

    @get_mapping("/")
    async def page(self) -> FileResponse:
        return FileResponse(PAGE / "index.html", headers=PAGE_HEADERS)

    @get_mapping("/chat.css")
    async def style(self) -> FileResponse:
        return FileResponse(PAGE / "chat.css", headers=PAGE_HEADERS)

    @get_mapping("/chat.js")
    async def script(self) -> FileResponse:
        return FileResponse(PAGE / "chat.js", headers=PAGE_HEADERS)
