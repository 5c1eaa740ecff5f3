from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar
from uuid import UUID

from pyfly.container import rest_controller
from pyfly.web import get_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

T = TypeVar("T")
Name = NewType("Name", str)


class Level(Enum):
    LOW = 1


class Pair(NamedTuple):
    left: int


class Row(TypedDict):
    size: int


@dataclass
class Box(Generic[T]):
    content: T


class Outer:
    class Inner: ...


# case: types where the session belongs
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.a has "session: list[int]" where the session belongs; write async def a(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def a(self, session: list[int]) -> None: ...

    @websocket_mapping("/b")  # E: @websocket_mapping handler Rooms.b has "session: dict[str, Box[int]]" where the session belongs; write async def b(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def b(self, session: dict[str, Box[int]]) -> None: ...

    @websocket_mapping("/c")  # E: @websocket_mapping handler Rooms.c has "session: tuple[int, ...]" where the session belongs; write async def c(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def c(self, session: tuple[int, ...]) -> None: ...

    @websocket_mapping("/d")  # E: @websocket_mapping handler Rooms.d has "session: tuple[int, str]" where the session belongs; write async def d(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def d(self, session: tuple[int, str]) -> None: ...

    @websocket_mapping("/e")  # E: @websocket_mapping handler Rooms.e has "session: Pair" where the session belongs; write async def e(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def e(self, session: Pair) -> None: ...

    @websocket_mapping("/f")  # E: @websocket_mapping handler Rooms.f has "session: Row" where the session belongs; write async def f(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def f(self, session: Row) -> None: ...

    @websocket_mapping("/g")  # E: @websocket_mapping handler Rooms.g has "session: Level" where the session belongs; write async def g(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def g(self, session: Level) -> None: ...

    @websocket_mapping("/h")  # E: @websocket_mapping handler Rooms.h has "session: Literal['a', 1] | None" where the session belongs; write async def h(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def h(self, session: Literal["a", 1] | None) -> None: ...

    @websocket_mapping("/i")  # E: @websocket_mapping handler Rooms.i has "session: Callable[[int], str]" where the session belongs; write async def i(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def i(self, session: Callable[[int], str]) -> None: ...

    @websocket_mapping("/j")  # E: @websocket_mapping handler Rooms.j has "session: Callable[..., str]" where the session belongs; write async def j(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def j(self, session: Callable[..., str]) -> None: ...

    @websocket_mapping("/k")  # E: @websocket_mapping handler Rooms.k has "session: type[int]" where the session belongs; write async def k(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def k(self, session: type[int]) -> None: ...

    @websocket_mapping("/l")  # E: @websocket_mapping handler Rooms.l has "session: Name" where the session belongs; write async def l(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def l(self, session: Name) -> None: ...

    @websocket_mapping("/m")  # E: @websocket_mapping handler Rooms.m has "session: UUID | None" where the session belongs; write async def m(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def m(self, session: Optional[UUID]) -> None: ...

    @websocket_mapping("/n")  # E: @websocket_mapping handler Rooms.n has "session: str" where the session belongs; write async def n(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def n(self, session: Annotated[str, "note"]) -> None: ...

    @websocket_mapping("/o")  # E: @websocket_mapping handler Rooms.o has "session: None" where the session belongs; write async def o(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def o(self, session: None) -> None: ...

    @websocket_mapping("/p")  # E: @websocket_mapping handler Rooms.p has "session: Inner" where the session belongs; write async def p(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def p(self, session: Outer.Inner) -> None: ...

    @websocket_mapping("/q")  # E: @websocket_mapping handler Rooms.q has "session: list[Any]" where the session belongs; write async def q(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def q(self, session: list[Any]) -> None: ...

    @websocket_mapping("/r")  # E: @websocket_mapping handler Rooms.r has "session: Sequence[T]" where the session belongs; write async def r(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def r(self, session: Sequence[T]) -> None: ...


# case: types that a path variable may become
@rest_controller
class Rooms:
    @get_mapping("/{a:int}/{b:int}/{c:int}/{d:int}/{e:int}/{f:float}/{g}/{h:uuid}")
    def right(
        self,
        a: Level,
        b: Literal[1, 2],
        c: Any,
        d: object,
        e: Annotated[int, "note"],
        f: float | None,
        g: Name,
        h: "UUID",
    ) -> str:
        return ""


# case: types that no path variable becomes
@rest_controller
class Rooms:
    @get_mapping("/a/{x}")  # E: path "/a/{x}": "{x}" gives str, but parameter "x" is "Row"; annotate it str  [pyfly-path]
    def a(self, x: Row) -> str:
        return ""

    @get_mapping("/b/{x}")  # E: path "/b/{x}": "{x}" gives str, but parameter "x" is "Pair"; annotate it str  [pyfly-path]
    def b(self, x: Pair) -> str:
        return ""

    @get_mapping("/c/{x:int}")  # E: path "/c/{x:int}": "{x:int}" gives int, but parameter "x" is "Name"; annotate it int, or write "{x}"  [pyfly-path]
    def c(self, x: Name) -> str:
        return ""

    @get_mapping("/d/{x:uuid}")  # E: path "/d/{x:uuid}": "{x:uuid}" gives UUID, but parameter "x" is "Literal['a'] | int"; annotate it UUID, or write "{x}"  [pyfly-path]
    def d(self, x: Literal["a"] | int) -> str:
        return ""

    @get_mapping("/e/{x:int}")  # E: path "/e/{x:int}": "{x:int}" gives int, but parameter "x" is "bytes | None"; annotate it int, or write "{x}"  [pyfly-path]
    def e(self, x: bytes | None) -> str:
        return ""

    @get_mapping("/f/{x}")  # E: path "/f/{x}": "{x}" gives str, but parameter "x" is "tuple[int, str]"; annotate it str  [pyfly-path]
    def f(self, x: tuple[int, str]) -> str:
        return ""

    @get_mapping("/g/{x}")  # E: path "/g/{x}": "{x}" gives str, but parameter "x" is "Sequence[str] | None"; annotate it str  [pyfly-path]
    def g(self, x: Sequence[str] | None) -> str:
        return ""
