"""A send that nobody awaits.

Write `await`; without it nothing is sent.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        session.send(await session.receive())  # error
