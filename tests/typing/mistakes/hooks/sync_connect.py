"""An `on_connect` that is a plain function.

It is awaited by the handler: write `async def`.
"""

from pyfly.websocket import ConnectHook, WebSocketSession


class ChatController(ConnectHook):
    def on_connect(self, session: WebSocketSession) -> None: ...  # error
