"""Controllers that are generic in their messages, and those that are derived from them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Generic, assert_type

from typing_extensions import TypeVar

from pyfly.container import rest_controller
from pyfly.web import get_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

In = TypeVar("In")
Out = TypeVar("Out", default=str)


@dataclass
class Say:
    text: str


class TalkController(Generic[In, Out]):
    @websocket_mapping("/talk")
    async def talk(self, session: WebSocketSession[In, Out]) -> None:
        await session.accept()
        async for message in session:
            await session.send(self.answer(message))

    @websocket_mapping("/pairs")
    async def pairs(self, session: WebSocketSession[tuple[In, In], list[Out]]) -> None: ...

    @get_mapping("/latest")
    async def latest(self) -> Out:
        raise NotImplementedError

    @sse_mapping("/all")
    async def all(self) -> AsyncIterator[Out]:
        yield await self.latest()

    def answer(self, message: In) -> Out:
        raise NotImplementedError


@rest_controller
@request_mapping("/said")
class SayController(TalkController[Say, int]):
    def answer(self, message: Say) -> int:
        return len(message.text)


@rest_controller
class TextController(TalkController[str]):
    def answer(self, message: str) -> str:
        return message


async def call(said: SayController, text: TextController, session: WebSocketSession[Say, int]) -> None:
    await said.talk(session)
    assert_type(await said.latest(), int)
    assert_type(await text.latest(), str)
    async for number in said.all():
        assert_type(number, int)
