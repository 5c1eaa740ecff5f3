"""A kind of frame that does not exist.

`frames` is `"text"` or `"binary"`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo", frames="json")  # error
    async def echo(self, session: WebSocketSession) -> None: ...
