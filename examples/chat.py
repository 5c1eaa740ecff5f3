"""A chat: rooms over WebSocket, what goes on in them as server-sent events, and a page to talk through.

Start it with ``pyfly run examples/chat.py`` and open http://127.0.0.1:8000 in two tabs. With
``PYFLY_BACKPLANE_URL=redis://127.0.0.1:6379/0`` several processes are one chat: add ``--workers 4``, or start it on two
ports. ``PYFLY_HEALTH_PATH=/health`` and ``PYFLY_METRICS_PATH=/metrics`` let it be watched.

Everybody may talk. Who has the token that ``CHAT_MODERATOR_TOKEN`` says may see who is there, and put people out::

    curl -H "Authorization: Bearer $CHAT_MODERATOR_TOKEN" http://127.0.0.1:8000/api/people
    curl -H "Authorization: Bearer $CHAT_MODERATOR_TOKEN" -X DELETE http://127.0.0.1:8000/api/people/mallory
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, StringConstraints
from starlette.authentication import AuthCredentials, AuthenticationBackend, BaseUser, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import FileResponse

from pyfly import create_app
from pyfly.apidocs import ApiInfo
from pyfly.container import (
    bean,
    component,
    configuration,
    controller,
    post_construct,
    pre_destroy,
    rest_controller,
    service,
)
from pyfly.events import event_listener
from pyfly.web import (
    Body,
    ProblemError,
    QueryParam,
    delete_mapping,
    get_mapping,
    operation,
    post_mapping,
    request_mapping,
    requires,
)
from pyfly.web.sse import sse_mapping
from pyfly.websocket import (
    CloseCode,
    CloseSession,
    Frame,
    HandshakeInterceptor,
    SessionInterceptor,
    Sessions,
    WebSocketSession,
    websocket_mapping,
)
from pyfly.websocket.rooms import BackplaneError, MemberJoined, MemberLeft, PresenceEvent, Room, Rooms

LONGEST_MESSAGE = 2000
"""Characters of a message in a room."""
KEPT_MESSAGES = 50
"""How many messages of a room are shown to who joins."""
RECOUNT_SECONDS = 3.0
"""After how long it is seen who has come and gone in other processes."""
BACKLOG = 100
"""How far a subscriber may fall behind."""
NAMELESS = "guest"
"""Who says no name."""
GUESTS_STAY = timedelta(hours=12)
"""After how long a guest has to come anew."""

RoomId = Annotated[str, StringConstraints(pattern=r"^[\w -]{1,40}$")]
Nickname = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_MESSAGE)]

PEOPLE = "/people"
"""Ends the name of the room beside a room, in which its people's coming and going is told, and nothing is kept."""

PAGE = Path(__file__).parent / "chat_page"
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}

logger = logging.getLogger("chat")

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
    """What everybody may know of a room: who is there, in all processes. One without members is gone."""

    room: str
    members: int


class Announcement(BaseModel):
    """What somebody who is in no room has to say there."""

    nickname: Nickname
    text: Text


@dataclass(frozen=True)
class Guest:
    """Somebody without a token, under a name that anybody may take."""

    display_name: str
    is_authenticated: bool = False


@dataclass(frozen=True)
class Person:
    """What the moderator gets to see of who is connected."""

    name: str
    guest: bool
    address: str | None
    endpoint: str
    seconds: float


@component
class Door(HandshakeInterceptor):
    """Lets everybody in: who has no token as a guest, and not for ever."""

    async def before_handshake(self, session: WebSocketSession) -> None:
        if not session.authenticated:
            session.user = Guest((session.query_params.get("nickname") or NAMELESS).strip())
            session.expires_at = datetime.now(UTC) + GUESTS_STAY


@component
class Manners(SessionInterceptor):
    """Passes on what is said in rooms without blanks around it; nothing that is empty, nothing that is too long."""

    def intercepts(self, path_template: str) -> bool:
        return path_template.startswith("/ws/rooms/")

    async def on_receive(self, session: WebSocketSession, frame: Frame) -> Frame | None:
        frame = frame.strip()
        if len(frame) > LONGEST_MESSAGE:
            raise CloseSession(CloseCode.MESSAGE_TOO_BIG, f"a message has up to {LONGEST_MESSAGE} characters")
        return frame or None


@service
class Chat:
    """The rooms of the chat, on top of pyfly's."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def room(self, room_id: str) -> Room[RoomEvent]:
        """Return the room in which is talked; its last messages are kept."""
        return self._rooms.room(room_id, RoomEvent, keep=KEPT_MESSAGES)

    @asynccontextmanager
    async def join(
        self, room_id: str, session: WebSocketSession[str, RoomEvent], nickname: str
    ) -> AsyncGenerator[Room[RoomEvent]]:
        """Take part in a room: first comes what was said, then who is new, then what is said."""
        session.attributes["nickname"] = nickname
        async with (
            self._rooms.join(room_id, session, keep=KEPT_MESSAGES, last=KEPT_MESSAGES) as room,
            self._rooms.join(room_id + PEOPLE, session),
        ):
            yield room

    @event_listener
    async def joined(self, event: MemberJoined) -> None:
        await self._tell("joined", event)

    @event_listener
    async def left(self, event: MemberLeft) -> None:
        await self._tell("left", event)

    async def _tell(self, kind: Literal["joined", "left"], event: PresenceEvent) -> None:
        if not event.room.endswith(PEOPLE):
            return
        people = self._rooms.room(event.room, RoomEvent)
        try:
            await people.publish(RoomEvent(kind, event.session.attributes["nickname"]))
        except BackplaneError:
            logger.warning("somebody has %s, and the others are not told", kind, exc_info=True)


@service
class Directory:
    """Counts the members of the rooms that are open in this process, and tells when there are more or fewer."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._members: dict[str, int] = {}
        self._recounting: asyncio.Task[None] | None = None
        self.changes = Topic[RoomSummary]()

    def summaries(self) -> list[RoomSummary]:
        return [RoomSummary(room, members) for room, members in self._members.items()]

    @event_listener
    async def moved(self, event: PresenceEvent) -> None:
        room_id, people, _ = event.room.partition(PEOPLE)
        if people:
            await self._count(room_id)

    @post_construct
    async def start(self) -> None:
        self._recounting = asyncio.create_task(self._recount())

    @pre_destroy
    async def stop(self) -> None:
        if self._recounting is not None:
            self._recounting.cancel()
            await asyncio.wait({self._recounting})

    async def _recount(self) -> None:
        while True:
            await asyncio.sleep(RECOUNT_SECONDS)
            for room_id in list(self._members):
                await self._count(room_id)

    async def _count(self, room_id: str) -> None:
        people = room_id + PEOPLE
        try:
            members = await self._rooms.room(people).count() if people in self._rooms.names else 0
        except BackplaneError:  # what was counted last is shown until it can be told again
            logger.warning("the members of a room cannot be counted", exc_info=True)
            return
        if members == self._members.get(room_id, 0):
            return
        if members:
            self._members[room_id] = members
        else:
            del self._members[room_id]
        self.changes.publish(RoomSummary(room_id, members))


# The complete example of the WebSocket guide, as it stands there: each client is waited for. Rooms wait for nobody.
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

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @operation(examples={"hello": "Hello, everybody!", "arrival": RoomEvent("joined", "ada")})
    @websocket_mapping("/{room_id}")
    async def join(
        self, session: WebSocketSession[str, RoomEvent], room_id: RoomId, nickname: QueryParam[Nickname] = NAMELESS
    ) -> None:
        """Talk in a room.

        What a member sends is heard by **all** members, the sender too. Who joins first gets the last messages.

        Args:
            room_id: The room's name; it is there from its first member on.
            nickname: Whom the others see.
        """
        await session.accept()
        try:
            async with self._chat.join(room_id, session, nickname) as room:
                async for text in session:
                    await room.publish(RoomEvent("message", nickname, text))
        except BackplaneError:
            logger.warning("a room cannot be reached", exc_info=True)
            await session.close(CloseCode.TRY_AGAIN_LATER, "the room cannot be reached")


@rest_controller
@request_mapping("/api")
class ActivityController:
    """What goes on in the rooms, to look up and to follow, and a way to say something without being there."""

    def __init__(self, chat: Chat, directory: Directory) -> None:
        self._chat = chat
        self._directory = directory

    @get_mapping("/rooms")
    async def rooms(self) -> list[RoomSummary]:
        """List the rooms that have members."""
        return self._directory.summaries()

    @post_mapping("/rooms/{room_id}/messages", status_code=202)
    async def announce(self, room_id: RoomId, announcement: Body[Announcement]) -> None:
        """Say something in a room, for its members and for those who join later.

        Args:
            room_id: The room's name.
            announcement: Who says what.
        """
        try:
            await self._chat.room(room_id).publish(RoomEvent("message", announcement.nickname, announcement.text))
        except BackplaneError:
            raise ProblemError(503, "The room cannot be reached; try again later.") from None

    @sse_mapping("/activity")
    async def activity(self) -> AsyncIterator[RoomSummary]:
        """Follow who comes to the rooms and who leaves.

        Yields:
            A room whenever it has more or fewer members; first every room there is.
        """
        with self._directory.changes.subscribe() as changes:
            for summary in self._directory.summaries():
                yield summary
            while True:
                yield await changes.get()


@requires("moderate")
@rest_controller
@request_mapping("/api/people")
class ModerationController:
    """Who is connected, and a way to put people out: for the moderator, and each process for itself."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @get_mapping("")
    async def people(self) -> list[Person]:
        """List who is connected, the longest first."""
        return [
            Person(
                name=session.user.display_name,
                guest=isinstance(session.user, Guest),
                address=session.client[0] if session.client else None,
                endpoint=session.path_template,
                seconds=round(session.seconds, 1),
            )
            for session in self._sessions.snapshots()
        ]

    @delete_mapping("/{nickname}")
    async def put_out(self, nickname: Nickname) -> int:
        """Put out the guests of a name, and tell how many they were.

        Args:
            nickname: Whom the others see.
        """
        return self._sessions.close(
            lambda session: session.user == Guest(nickname),
            code=CloseCode.POLICY_VIOLATION,
            reason="the moderator has put you out",
        )


class TokenBackend(AuthenticationBackend):
    """Knows the moderator by a token; where none was set, nobody is the moderator."""

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        expected = os.environ.get("CHAT_MODERATOR_TOKEN", "")
        scheme, _, token = conn.headers.get("authorization", "").partition(" ")
        if not expected or scheme.lower() != "bearer" or not secrets.compare_digest(token.encode(), expected.encode()):
            return None
        return AuthCredentials(["moderate"]), SimpleUser("moderator")


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


app = create_app(__name__)
app.add_middleware(AuthenticationMiddleware, backend=TokenBackend())
