"""An `on_disconnect` that returns a value."""

from pyfly.websocket import DisconnectHook, WebSocketSession


class ChatController(DisconnectHook):
    def on_disconnect(self, session: WebSocketSession) -> str:  # error
        return session.id
