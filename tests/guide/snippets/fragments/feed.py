@websocket_mapping("/feed")
async def feed(self, session: WebSocketSession) -> None:
    await session.accept()
    msg = await session.receive_json()
    await session.send_json({"received": msg})
    await session.close()
