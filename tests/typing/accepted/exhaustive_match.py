"""A `match` over all messages of the union."""

from dataclasses import dataclass
from typing import assert_never

from pyfly.websocket import WebSocketSession, websocket_mapping


@dataclass
class Join:
    room: str


@dataclass
class Say:
    text: str


@dataclass
class Leave:
    room: str


Request = Join | Say | Leave


class ChatController:
    @websocket_mapping("/chat")
    async def chat(self, session: WebSocketSession[Request, str]) -> None:
        await session.accept()
        async for request in session:
            match request:
                case Join():
                    await session.send(f"joined {request.room}")
                case Say():
                    await session.send(request.text)
                case Leave():
                    await session.send(f"left {request.room}")
                case _:
                    assert_never(request)
