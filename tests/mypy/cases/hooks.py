from collections.abc import AsyncIterator
from typing import Any

from pyfly.container import post_construct, pre_destroy, rest_controller, service
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


class Joining:
    @websocket_mapping("/join")
    async def join(self, session: WebSocketSession) -> None: ...


@rest_controller
class Served:
    @get_mapping("/served")
    def served(self) -> str:
        return ""



# case: hook that takes the session
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self, session: WebSocketSession, code: int = 0, *more: int, **rest: int) -> None: ...


# case: plain function as a hook
@rest_controller
class Rooms(Joining):
    def on_disconnect(self, session: Any) -> None: ...


# case: hook that takes all arguments
@rest_controller
class Rooms(Joining):
    def on_disconnect(self, *arguments: Any) -> None: ...


# case: static hook
@rest_controller
class Rooms(Joining):
    @staticmethod
    async def on_disconnect(session: WebSocketSession) -> None: ...


# case: hook of a class without sessions
@service
class Rooms:
    def on_disconnect(self) -> None: ...


# case: hook without the session
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: too many positional arguments; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: hook that needs more
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self, session: WebSocketSession, code: int) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: missing a required argument: 'code'; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: hook that needs more by keyword
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self, session: WebSocketSession, *, code: int) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: missing a required argument: 'code'; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: hook that takes something else
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self, code: int) -> None: ...  # E: Rooms.on_disconnect has "code: int" where the session belongs; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: hook that yields
@rest_controller
class Rooms(Joining):
    async def on_disconnect(self, session: WebSocketSession) -> AsyncIterator[str]:  # E: Rooms.on_disconnect is a generator, which nobody would run; remove its yield  [pyfly-hook]
        yield ""


# case: inherited hook
class Leaving:
    async def on_disconnect(self) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: too many positional arguments; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


@rest_controller
class Rooms(Joining, Leaving): ...


# case: hook of a static method
@rest_controller
class Rooms(Joining):
    @staticmethod  # E: Rooms.on_disconnect cannot be called with the session: too many positional arguments; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]
    async def on_disconnect() -> None: ...


# case: lifecycle hooks that take nothing
@service
class Stock:
    @post_construct
    async def open(self, size: int = 1) -> None: ...

    @pre_destroy
    def close(self) -> None: ...


# case: lifecycle hook that needs something
@service
class Stock:
    @post_construct  # E: Stock.open is called with nothing but self, and needs size; take beans in the constructor  [pyfly-hook]
    def open(self, size: int) -> None: ...

    @pre_destroy()  # E: Stock.close is called with nothing but self, and needs reason; take beans in the constructor  [pyfly-hook]
    def close(self, *, reason: str) -> None: ...


# case: inherited lifecycle hooks
class Opened:
    @post_construct  # E: Opened.open is called with nothing but self, and needs size; take beans in the constructor  [pyfly-hook]
    def open(self, size: int) -> None: ...

    @post_construct
    def fill(self, *rows: int) -> None: ...

    @pre_destroy  # E: Stock.close is called with nothing but self, and needs reason; take beans in the constructor  [pyfly-hook]  # E: Outer.Shelf.close is a generator, which nobody would run; remove its yield  [pyfly-hook]
    def close(self, *parts: str, reason: str = "") -> None: ...

    @pre_destroy
    def leave(self, *parts: str) -> None: ...


@service
class Stock(Opened):
    def close(self, *parts: str, reason: str) -> None: ...  # M: Signature of "close" incompatible with supertype "Opened"  [override]

    @pre_destroy  # E: Stock.leave is called with nothing but self, and needs reason; take beans in the constructor  [pyfly-hook]
    def leave(self, *parts: str, reason: str) -> None: ...  # M: Signature of "leave" incompatible with supertype "Opened"  [override]


class Outer:
    @service
    class Shelf(Opened):
        def close(self, *parts: str, reason: str = "") -> Any:
            yield ""


# case: lifecycle hook that yields
@service
class Stock:
    @post_construct  # E: Stock.open is a generator, which nobody would run; remove its yield  [pyfly-hook]
    async def open(self) -> AsyncIterator[str]:
        yield ""


# case: session that may be left out
@rest_controller
class Rooms(Joining):
    def on_disconnect(self, session: WebSocketSession | None = None) -> None: ...


# case: session of one of several types
@rest_controller
class Rooms(Joining):
    def on_disconnect(self, session: WebSocketSession[str, str] | WebSocketSession[bytes, bytes]) -> None: ...


# case: union without a session
@rest_controller
class Rooms(Joining):
    def on_disconnect(self, session: list[WebSocketSession] | None) -> None: ...  # E: Rooms.on_disconnect has "session: list[WebSocketSession] | None" where the session belongs; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: lifecycle hook above a static method
@service
class Stock:
    @post_construct  # E: @post_construct marks methods, got a staticmethod; write @staticmethod above @post_construct  [pyfly-hook]
    @staticmethod
    def fill(size: int) -> None: ...


# case: lifecycle hook above a class method
@service
class Stock:
    @pre_destroy  # E: @pre_destroy marks methods, got a classmethod; write @classmethod above @pre_destroy  [pyfly-hook]
    @classmethod
    def clear(cls) -> None: ...


# case: lifecycle hook above a property
@service
class Stock:
    @post_construct  # E: @post_construct marks methods, got a property; remove @property  [pyfly-hook]  # M: Decorators on top of @property are not supported  [prop-decorator]
    @property
    def size(self) -> int:
        return 1


# case: lifecycle hooks below static and class methods
@service
class Stock:
    @staticmethod
    @post_construct
    def fill() -> None: ...

    @classmethod
    @pre_destroy
    def clear(cls) -> None: ...


# case: marks above what no class holds
@post_construct  # E: @post_construct marks methods, got function connect; write @post_construct above a method of a class  [pyfly-hook]
def connect() -> None: ...


@pre_destroy()  # E: @pre_destroy marks methods, got class Pool; write @pre_destroy above a method of a class  [pyfly-hook]
class Pool: ...
