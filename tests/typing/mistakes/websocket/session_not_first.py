"""A session behind other parameters.

The session comes first after `self`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    @websocket_mapping("/rooms/{room_id}")  # error
    async def join(self, room_id: str, session: WebSocketSession) -> None: ...
