"""Types that are written for ``self``, and classes of many kinds."""

from collections.abc import AsyncIterator
from enum import Enum
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar

from pyfly.web import get_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

T = TypeVar("T")


class HasStore(Protocol):
    @property
    def store(self) -> list[str]: ...


class RoomController:
    store: list[str]

    @websocket_mapping("/own")
    async def own(self: "RoomController", session: WebSocketSession) -> None: ...

    @websocket_mapping("/any")
    async def any(self: Any, session: WebSocketSession) -> None: ...

    @websocket_mapping("/object")
    async def object(self: object, session: WebSocketSession) -> None: ...

    @websocket_mapping("/mixed-in")
    async def mixed_in(self: HasStore, session: WebSocketSession) -> None:
        await session.send_text(self.store[0])

    @get_mapping("/self")
    def self(self) -> Self:
        return self

    @sse_mapping("/selves")
    async def selves(self: Self) -> AsyncIterator[Self]:
        yield self


class Base(Generic[T]):
    @websocket_mapping("/echo")
    async def echo(self: "Base[T]", session: WebSocketSession[T, T]) -> None: ...


class Names(list[str]):
    @get_mapping("/names")
    def names(self) -> list[str]:
        return self


class Place(NamedTuple):
    name: str

    @get_mapping("/place")
    def place(self) -> str:
        return self.name


class Level(Enum):
    LOW = 1

    @get_mapping("/level")
    def level(self) -> int:
        return self.value
