"""A field that the received message does not have."""

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
        async for message in session:
            await session.send(Say(message.name))  # error
