"""A kind of frame that `send_json` does not know.

`mode` is `"text"` or `"binary"`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class EchoController:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_json({"ready": True}, mode="bytes")  # error
