"""Derived controllers that override handlers."""

from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    @websocket_mapping("/rooms/{room_id}")
    async def join(self, session: WebSocketSession, room_id: str) -> None: ...


@rest_controller
@request_mapping("/quiet")
class QuietRoomController(RoomController):
    async def join(self, session: WebSocketSession, room_id: str, volume: int = 0) -> None:
        await super().join(session, room_id)


@rest_controller
@request_mapping("/loud")
class LoudRoomController(RoomController):
    @websocket_mapping("/halls/{room_id}")
    async def join(self, session: WebSocketSession, room_id: str) -> None: ...


@rest_controller
class PlainRoomController(RoomController): ...
