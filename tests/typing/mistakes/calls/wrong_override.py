"""A derived controller whose handler asks for more than the one it overrides."""

from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    @websocket_mapping("/rooms/{room_id}")
    async def join(self, session: WebSocketSession, room_id: str) -> None: ...


class QuietRoomController(RoomController):
    async def join(self, session: WebSocketSession, room_id: str, level: int) -> None: ...  # error
