"""A method that sessions do not have."""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_string("hello")  # error
