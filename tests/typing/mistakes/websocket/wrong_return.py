"""A handler that returns a value.

Nobody takes it: send it, and return `None`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(self, session: WebSocketSession) -> str:
        return await session.receive_text()
