"""A session of another type.

Annotate the session as `WebSocketSession`.
"""

from pyfly.websocket import websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(self, session: str) -> None: ...
