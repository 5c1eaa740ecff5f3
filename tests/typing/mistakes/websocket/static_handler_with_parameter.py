"""A handler that is a static method with the session in second place.

Handlers are methods: take `self` first. To the checkers its first parameter is as good a `self` as any.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    @websocket_mapping("/rooms/{room_id}")  # error (not mypy, pyright, ty, pyrefly)
    @staticmethod
    async def join(room_id: str, session: WebSocketSession) -> None: ...
