from typing import Generic
from uuid import UUID

from starlette.requests import Request
from typing_extensions import TypeVar

from pyfly.container import rest_controller
from pyfly.web import QueryParam, get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

T = TypeVar("T")
K = TypeVar("K", default=int)


# case: a type that fits no variable, of a base class in this module
class Base(Generic[T]):
    @get_mapping("/items/{item:int}")  # E: path "/items/{item:int}": "{item:int}" gives int, but parameter "item" is "UUID"; annotate it int, or write "{item}"  [pyfly-path]
    def show(self, item: T) -> str:
        return ""


@rest_controller
class Items(Base[UUID]): ...


# case: a type that fits
class Base(Generic[T]):
    @get_mapping("/items/{item:int}")
    def show(self, item: T, page: QueryParam[T]) -> str:
        return ""

    @websocket_mapping("/watch/{item:uuid}")
    async def watch(self, session: WebSocketSession[T, str], item: UUID) -> None: ...


@rest_controller
class Items(Base[int]): ...


# case: two classes that fill in otherwise
class Base(Generic[T]):
    @get_mapping("/{item:int}")  # E: path "/b/{item:int}": "{item:int}" gives int, but parameter "item" is "list[str]"; annotate it int  [pyfly-path]
    def show(self, item: T) -> str:
        return ""


@rest_controller
@request_mapping("/a")
class Numbers(Base[int]): ...


@rest_controller
@request_mapping("/b")
class Lists(Base[list[str]]): ...


# case: through a class between
class Base(Generic[T, K]):
    @get_mapping("/{first:uuid}/{second:uuid}")  # E: path "/{first:uuid}/{second:uuid}": "{first:uuid}" gives UUID, but parameter "first" is "int"; annotate it UUID, or write "{first}"  [pyfly-path]
    def show(self, first: T, second: K) -> str:
        return ""


class Middle(Base[int, T]): ...


@rest_controller
class Items(Middle[UUID]): ...


# case: a default, and a variable that stays open
class Base(Generic[T, K]):
    @get_mapping("/{first:uuid}/{second:uuid}")  # E: path "/{first:uuid}/{second:uuid}": "{second:uuid}" gives UUID, but parameter "second" is "int"; annotate it UUID, or write "{second}"  [pyfly-path]
    def show(self, first: T, second: K) -> str:
        return ""


@rest_controller
class Items(Base[T], Generic[T]): ...


# case: inside another type
class Base(Generic[T]):
    @get_mapping("/{item:int}")  # E: path "/{item:int}": "{item:int}" gives int, but parameter "item" is "UUID | bytes"; annotate it int, or write "{item}"  [pyfly-path]
    def show(self, item: T | bytes) -> str:
        return ""


@rest_controller
class Items(Base[UUID]): ...


# case: an override that is generic in another variable
class Base(Generic[T]):
    @get_mapping("/{item:int}")  # E: path "/{item:int}": "{item:int}" gives int, but parameter "item" is "UUID"; annotate it int, or write "{item}"  [pyfly-path]
    def show(self, item: T) -> str:
        return ""


class Middle(Base[K]):
    def show(self, item: K) -> str:
        return ""


@rest_controller
class Items(Middle[UUID]): ...


# case: the request is filled in
class Base(Generic[T]):
    @get_mapping("/items")
    def show(self, item: T) -> str:
        return ""


@rest_controller
class Items(Base[Request]): ...


# case: nothing gives a value of the type
class Base(Generic[T]):
    @get_mapping("/items")  # E: path "/items" has no variable for parameter "item"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    def show(self, item: T) -> str:
        return ""


@rest_controller
class Items(Base[int]): ...


# case: mistakes of a generic class, whatever fills it in
class Base(Generic[T]):
    @websocket_mapping("/sync")  # E: @websocket_mapping handler Base.sync must be a coroutine function; write async def sync(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    def sync(self, session: WebSocketSession[T, T]) -> None: ...

    @websocket_mapping("/other")  # E: @websocket_mapping handler Base.other has "x: int" where the session belongs; write async def other(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def other(self, x: int) -> None: ...

    @websocket_mapping("/answer")  # E: @websocket_mapping handler Base.answer must return None, not "T"; send messages with await session.send(...)  [pyfly-handler]
    async def answer(self, session: WebSocketSession[T, T]) -> T:
        return await session.receive()


@rest_controller
@request_mapping("/a")
class A(Base[str]): ...


@rest_controller
@request_mapping("/b")
class B(Base[bytes]): ...
