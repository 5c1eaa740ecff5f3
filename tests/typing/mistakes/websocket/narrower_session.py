"""A session class of one's own.

Handlers are given a `WebSocketSession`; keep what is yours in `session.attributes`.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class ChatSession(WebSocketSession): ...


class ChatController:
    @websocket_mapping("/chat")  # error
    async def chat(self, session: ChatSession) -> None: ...
