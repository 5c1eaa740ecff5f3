"""A session that is taken by keyword only.

The session is given by position: write it before the `*`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(self, *, session: WebSocketSession) -> None: ...
