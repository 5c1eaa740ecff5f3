"""A received message kept as another type."""

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
        text: str = await session.receive()  # error
        await session.send(Say(text))
