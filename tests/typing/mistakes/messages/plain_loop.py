"""A plain `for` over a session.

Messages are waited for: write `async for`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession[str, str]) -> None:
        await session.accept()
        for _ in session:  # error
            await session.send("heard")
