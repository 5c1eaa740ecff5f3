"""Mappings among other decorators."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar, assert_type

from pyfly.web import get_mapping, post_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


def traced(method: F) -> F:
    return method


def repeated(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def repeat(*args: P.args, **kwargs: P.kwargs) -> R:
        method(*args, **kwargs)
        return method(*args, **kwargs)

    return repeat


def timed(method: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    @wraps(method)
    async def measure(*args: P.args, **kwargs: P.kwargs) -> R:
        return await method(*args, **kwargs)

    return measure


class RoomController:
    @websocket_mapping("/traced")
    @traced
    async def above(self, session: WebSocketSession[str, str], room_id: str = "lobby") -> None: ...

    @websocket_mapping("/timed")
    @timed
    async def between(self, session: WebSocketSession[str, str], room_id: str = "lobby") -> None: ...

    @timed
    @websocket_mapping("/under")
    async def under(self, session: WebSocketSession[str, str], room_id: str = "lobby") -> None: ...

    @get_mapping("/names")
    @post_mapping("/names", status_code=201)
    @repeated
    def names(self, page: int = 1) -> list[str]:
        return []

    @get_mapping("/slow")
    @timed
    async def slow(self, page: int = 1) -> list[str]:
        return []

    @sse_mapping("/events")
    @repeated
    async def events(self) -> AsyncIterator[str]:
        yield "event"


async def call(controller: RoomController, session: WebSocketSession[str, str]) -> None:
    await controller.between(session, room_id="lobby")
    await controller.under(session=session, room_id="lobby")
    assert_type(controller.names(page=2), list[str])
    assert_type(await controller.slow(page=2), list[str])
