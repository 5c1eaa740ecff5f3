"""Mappings on what a decorator has made of a method: an object that binds like a function, and is none."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, ParamSpec, TypeVar, assert_type

from pyfly.web import get_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

P = ParamSpec("P")
R = TypeVar("R")


class Counted(Generic[P, R]):
    def __init__(self, method: Callable[P, R]) -> None:
        self.method = method
        self.calls = 0

    def __get__(self, instance: Any, owner: type[Any] | None = None, /) -> Callable[..., R]:
        raise NotImplementedError

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        self.calls += 1
        return self.method(*args, **kwargs)


def counted(method: Callable[P, R]) -> Counted[P, R]:
    return Counted(method)


class RoomController:
    @websocket_mapping("/rooms/{room_id}")
    @counted
    async def join(self, session: WebSocketSession, room_id: str) -> None: ...

    @get_mapping("/rooms")
    @counted
    def rooms(self) -> list[str]:
        return []

    @sse_mapping("/ticks")
    @counted
    async def ticks(self) -> AsyncIterator[str]:
        yield "tick"


def read(controller: RoomController) -> None:
    assert_type(controller.rooms(), list[str])
