"""A handler without `self`.

Handlers are methods: take `self` first, then the session.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")  # error
    async def echo(session: WebSocketSession) -> None: ...
