"""Mapped methods have the type that they were written with."""

from collections.abc import AsyncIterator
from typing import Protocol, reveal_type

from pyfly.web import QueryParam, get_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    async def joined(
        self, session: WebSocketSession[str, bytes], room_id: int, *, page: QueryParam[int] = 1
    ) -> None: ...

    @websocket_mapping("/rooms/{room_id:int}")
    async def join(self, session: WebSocketSession[str, bytes], room_id: int, *, page: QueryParam[int] = 1) -> None: ...

    def named(self, room_id: int, /, page: int = 1) -> dict[str, int]:
        return {}

    @get_mapping("/rooms/{room_id:int}")
    def name(self, room_id: int, /, page: int = 1) -> dict[str, int]:
        return {}

    async def streamed(self, room_id: int) -> AsyncIterator[str]:
        yield ""

    @sse_mapping("/rooms/{room_id:int}/events")
    async def stream(self, room_id: int) -> AsyncIterator[str]:
        yield ""


reveal_type(RoomController.joined)  # same: handler
reveal_type(RoomController.join)  # same: handler
reveal_type(RoomController().joined)  # same: bound handler
reveal_type(RoomController().join)  # same: bound handler
reveal_type(RoomController.named)  # same: HTTP handler
reveal_type(RoomController.name)  # same: HTTP handler
reveal_type(RoomController().streamed)  # same: stream
reveal_type(RoomController().stream)  # same: stream


class Joins(Protocol):
    async def __call__(self, session: WebSocketSession[str, bytes], room_id: int, *, page: int = 1) -> None: ...


async def call(controller: RoomController, session: WebSocketSession[str, bytes]) -> None:
    join: Joins = controller.join
    await join(session, 1)
    await controller.join(session=session, room_id=1, page=2)
    await controller.join(session, 1)
