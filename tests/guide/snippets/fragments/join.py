@websocket_mapping("/rooms/{room_id}")
async def join(self, session: WebSocketSession) -> None:
    room_id = session.path_params["room_id"]
    await session.accept()
    ...
