from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/ws")
class ChatController:
    """Broadcasts each received message to every connected client."""

    def __init__(self) -> None:
        self._clients: set[WebSocketSession] = set()

    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession) -> None:
        await session.accept()
        self._clients.add(session)
        try:
            while True:
                msg = await session.receive_text()
                for client in list(self._clients):
                    await client.send_text(msg)
        finally:
            self._clients.discard(session)

    async def on_disconnect(self, session: WebSocketSession) -> None:
        # Belt-and-suspenders cleanup; also invoked by the registrar.
        self._clients.discard(session)
