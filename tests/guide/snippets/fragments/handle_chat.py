from pyfly.websocket import websocket_mapping


@websocket_mapping("/chat")
async def handle_chat(self, session: WebSocketSession) -> None:
    ...
