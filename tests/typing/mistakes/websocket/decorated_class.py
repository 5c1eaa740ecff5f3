"""`@websocket_mapping` on a class.

Decorate the methods; `@request_mapping` gives a class its base path. pyrefly does not look at what a decorator makes of
a class.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


@websocket_mapping("/echo")  # error (not pyrefly)
class EchoController:
    async def echo(self, session: WebSocketSession) -> None: ...
