"""An argument of another type than the handler's parameter."""

from pyfly.websocket import WebSocketSession, websocket_mapping


class RoomController:
    @websocket_mapping("/rooms/{room_id:int}")
    async def join(self, session: WebSocketSession, room_id: int, *, quiet: bool = False) -> None: ...


async def rejoin(controller: RoomController, session: WebSocketSession) -> None:
    await controller.join(session, "lobby")  # error
