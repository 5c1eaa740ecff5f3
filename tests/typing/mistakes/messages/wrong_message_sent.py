"""A message that the session does not send.

Send what `Out` names, or add the type to it.
"""

from dataclasses import dataclass

from pyfly.websocket import WebSocketSession, websocket_mapping


@dataclass
class Join:
    room: str


@dataclass
class Say:
    text: str


class ChatController:
    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession[Join, Say]) -> None:
        await session.accept()
        message = await session.receive()
        await session.send(message)  # error
