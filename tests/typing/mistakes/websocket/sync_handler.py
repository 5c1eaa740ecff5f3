"""A handler that is a plain function.

Write `async def`: every call of a session is awaited.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    def echo(self, session: WebSocketSession) -> None: ...
