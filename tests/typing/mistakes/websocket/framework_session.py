"""The framework's connection in place of the session.

Annotate the session as `WebSocketSession`; it has the methods of Starlette's `WebSocket`, and more.
"""

from starlette.websockets import WebSocket

from pyfly.websocket import websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(self, session: WebSocket) -> None: ...
