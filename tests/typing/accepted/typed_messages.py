"""Messages as sessions receive and send them."""

from dataclasses import dataclass
from typing import Any, Never, assert_type

from pyfly.websocket import InvalidMessage, WebSocketSession, websocket_mapping


@dataclass
class Say:
    text: str


@dataclass
class Shout(Say):
    volume: int


class ChatController:
    @websocket_mapping("/untyped")
    async def untyped(self, session: WebSocketSession) -> None:
        assert_type(session, WebSocketSession[Any, Any])
        assert_type(await session.receive_text(), str)
        assert_type(await session.receive_bytes(), bytes)
        await session.send(await session.receive())
        await session.send_json({"a": [1, None]}, mode="binary")

    @websocket_mapping("/typed")
    async def typed(self, session: WebSocketSession[Say | bytes, Say]) -> None:
        await session.accept("chat.v1", headers={"x-session": session.id})
        assert_type(await session.receive(), Say | bytes)
        async for message in session:
            assert_type(message, Say | bytes)
            if isinstance(message, Say):
                await session.send(message)
        await session.send(Shout("hello", volume=11))

    @websocket_mapping("/bad")
    async def goes_on(self, session: WebSocketSession[Say, str]) -> None:
        try:
            await session.receive()
        except InvalidMessage as error:
            assert_type(error.frame, str | bytes)
            await session.send(str(error.errors[0]["msg"]))

    @websocket_mapping("/clock")
    async def sender(self, session: WebSocketSession[Never, str]) -> None:
        await session.send("tick")
        await self.wish(session)

    async def wish(self, session: WebSocketSession[Say, str]) -> None:
        await session.send("well")


async def receives_nothing(session: WebSocketSession[Never, str]) -> None:
    assert_type(await session.receive(), Never)


def remember(session: WebSocketSession[Shout, Say], sessions: set[WebSocketSession[Say, Shout]]) -> None:
    sessions.add(session)
