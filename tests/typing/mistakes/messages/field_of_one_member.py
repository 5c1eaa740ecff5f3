"""A field that only one message of a union has.

Tell the messages apart first, with `match` or `isinstance`.
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
    async def chat(self, session: WebSocketSession[Join | Say, Say]) -> None:
        await session.accept()
        message = await session.receive()
        await session.send(Say(message.text))  # error
