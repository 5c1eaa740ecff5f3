"""`@websocket_mapping` without parentheses.

Write `@websocket_mapping()`, or give it a path.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping  # error
    async def echo(self, session: WebSocketSession) -> None: ...
