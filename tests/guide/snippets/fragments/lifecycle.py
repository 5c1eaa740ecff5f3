@rest_controller
@request_mapping("/ws")
class ChatController:

    def __init__(self) -> None:
        self._sessions: set[WebSocketSession] = set()

    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession) -> None:
        await session.accept()
        self._sessions.add(session)
        while True:
            msg = await session.receive_text()
            await session.send_text(msg)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        self._sessions.discard(session)
