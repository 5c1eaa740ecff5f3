"""A controller given for one with a hook that it does not have."""

from pyfly.websocket import DisconnectHook, WebSocketSession


class ChatController:
    async def on_disconnected(self, session: WebSocketSession) -> None: ...


def watch(controller: DisconnectHook) -> None: ...


watch(ChatController())  # error
