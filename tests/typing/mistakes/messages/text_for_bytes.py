"""Text where bytes are sent."""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_bytes(await session.receive_text())  # error
