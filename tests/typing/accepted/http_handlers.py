"""HTTP handlers and event streams as they may be written."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from typing import Any, assert_type

from starlette.requests import Request
from starlette.responses import Response

from pyfly.container import controller, rest_controller
from pyfly.web import (
    Body,
    Cookie,
    Header,
    QueryParam,
    delete_mapping,
    get_mapping,
    patch_mapping,
    post_mapping,
    put_mapping,
    request_mapping,
)
from pyfly.web.sse import ServerSentEvent, sse_mapping


@rest_controller
@request_mapping("/rooms")
class RoomController:
    @get_mapping()
    def all(self, page: QueryParam[int] = 1) -> list[str]:
        return []

    @get_mapping("/{room_id:int}")
    async def one(self, room_id: int, agent: Header[str], *, token: Cookie[str | None] = None) -> dict[str, int]:
        return {}

    @post_mapping("", status_code=201)
    async def create(self, room: Body[dict[str, str]], request: Request) -> None: ...

    @put_mapping("/{room_id}")
    @patch_mapping("/{room_id}")
    def change(self, room_id: str) -> Any: ...

    @delete_mapping("/{room_id}")
    def remove(self, room_id: str) -> Response:
        return Response(status_code=204)

    @get_mapping("/any")
    def anything(self, *args: Any, **kwargs: Any) -> object: ...

    @sse_mapping("/events")
    async def events(self) -> AsyncIterator[str]:
        yield "event"

    @sse_mapping()
    async def generated(self, room_id: str = "lobby") -> AsyncGenerator[ServerSentEvent, None]:
        yield ServerSentEvent("event")

    @sse_mapping("/iterable")
    async def iterable(self) -> AsyncIterable[dict[str, int]]:
        yield {}


@controller
class PageController:
    @get_mapping("/")
    def index(self) -> str:
        return "<h1>Rooms</h1>"


async def call(rooms: RoomController) -> None:
    assert_type(rooms.all(page=2), list[str])
    assert_type(await rooms.one(room_id=1, agent="a"), dict[str, int])
    async for event in rooms.events():
        assert_type(event, str)
