"""A handler that is a static method.

Remove `@staticmethod`, and take `self` first.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    @staticmethod
    async def echo(session: WebSocketSession) -> None: ...
