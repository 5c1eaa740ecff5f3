"""An `on_disconnect` that asks for more than the session.

The close code is `session.close_code`.
"""

from pyfly.websocket import DisconnectHook, WebSocketSession


class ChatController(DisconnectHook):
    async def on_disconnect(self, session: WebSocketSession, code: int) -> None: ...  # error
