"""A handler without a session.

Take `session: WebSocketSession` after `self`.
"""

from pyfly.websocket import websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(self) -> None: ...
