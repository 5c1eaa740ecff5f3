from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from functools import wraps
from typing import Any, Final, Never, NoReturn, Protocol

from pyfly.container import rest_controller
from pyfly.web import get_mapping, post_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


# case: every form of handler that is right
class Sender(Protocol):
    async def send_text(self, data: str) -> None: ...


@rest_controller
class Rooms:
    @websocket_mapping("/a")
    async def plain(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/b")
    async def typed(self, session: WebSocketSession[str, bytes]) -> None: ...

    @websocket_mapping("/c")
    async def loose(self, session: Any) -> None: ...

    @websocket_mapping("/d")
    async def object_(self, session: object) -> None: ...

    @websocket_mapping("/e")
    async def narrow(self, session: Sender) -> None: ...

    @websocket_mapping("/f")
    async def forever(self, session: WebSocketSession) -> Never:
        raise SystemExit

    @websocket_mapping("/g")
    async def leaving(self, session: WebSocketSession) -> NoReturn:
        raise SystemExit

    @websocket_mapping("/h")
    async def renamed(self, connection: "WebSocketSession", /) -> None: ...

    @sse_mapping("/i")
    async def events(self) -> AsyncIterator[str]:
        yield ""

    @get_mapping("/j")
    async def awaited(self) -> str:
        return ""

    @get_mapping("/k")
    def called(self) -> str:
        return ""


# case: not async
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join must be a coroutine function; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    def join(self, session: WebSocketSession) -> None: ...


# case: yields
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join must not yield; send messages with await session.send(...)  [pyfly-handler]
    async def join(self, session: WebSocketSession) -> AsyncIterator[str]:
        yield ""


# case: generator
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join must be a coroutine function; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    def join(self, session: WebSocketSession) -> Iterator[str]:
        yield ""


# case: no session
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join takes no session; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def join(self) -> None: ...


# case: session by keyword
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join takes no session; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def join(self, *, session: WebSocketSession) -> None: ...


# case: another type
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join has "session: str" where the session belongs; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def join(self, session: str) -> None: ...


# case: session not first
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")  # E: @websocket_mapping handler Rooms.join has "room_id: str" where the session belongs; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def join(self, room_id: str, session: WebSocketSession) -> None: ...


# case: derived session
class Chat(WebSocketSession): ...


@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join has "session: Chat" where the session belongs; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def join(self, session: Chat) -> None: ...


# case: returns something
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join must return None, not "list[str]"; send messages with await session.send(...)  [pyfly-handler]
    async def join(self, session: WebSocketSession) -> list[str]:
        return []


# case: returns something at times
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.join must return None, not "str | None"; send messages with await session.send(...)  [pyfly-handler]
    async def join(self, session: WebSocketSession) -> str | None:
        return None


# case: mapping on a class
@websocket_mapping("/a")  # E: @websocket_mapping decorates a method, not the class "Rooms"; decorate its methods; @request_mapping sets a class's base path  [pyfly-handler]
class Rooms: ...


# case: HTTP mapping on a class
@get_mapping("/a")  # E: @get_mapping decorates a method, not the class "Rooms"; decorate its methods; @request_mapping sets a class's base path  [pyfly-handler]
class Rooms:
    def __init__(self, room: str) -> None: ...


# case: mapping above staticmethod
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping decorates a method, not the staticmethod "join"; remove @staticmethod and take self as the first parameter  [pyfly-handler]
    @staticmethod
    async def join(session: WebSocketSession) -> None: ...


# case: HTTP mapping above classmethod
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: @get_mapping decorates a method, not the classmethod "join"; remove @classmethod and take self as the first parameter  [pyfly-handler]
    @classmethod
    def join(cls) -> str:
        return ""


# case: mapping below staticmethod
@rest_controller
class Rooms:
    @staticmethod
    @get_mapping("/{room_id}")  # E: Rooms.join is mapped, and is a static or class method; take self as the first parameter  [pyfly-handler]
    def join(room_id: str) -> str:
        return ""


# case: mapping without parentheses
@rest_controller
class Rooms:
    @websocket_mapping  # E: @websocket_mapping is used without parentheses; write @websocket_mapping() or @websocket_mapping("/path")  [pyfly-handler]  # M: Argument 1 to "websocket_mapping" has incompatible type "Callable[[Rooms, WebSocketSession[Any, Any]], Coroutine[Any, Any, None]]"; expected "str"  [arg-type]
    async def join(self, session: WebSocketSession) -> None: ...


# case: HTTP mapping without parentheses
@rest_controller
class Rooms:
    @get_mapping  # E: @get_mapping is used without parentheses; write @get_mapping() or @get_mapping("/path")  [pyfly-handler]  # M: Argument 1 to "get_mapping" has incompatible type "Callable[[Rooms], str]"; expected "str"  [arg-type]
    def join(self) -> str:
        return ""


# case: base path without parentheses
@rest_controller
@request_mapping  # E: @request_mapping is used without parentheses; write @request_mapping() or @request_mapping("/path")  [pyfly-handler]  # M: Argument 1 to "request_mapping" has incompatible type "type[Rooms]"; expected "str"  [arg-type]
class Rooms: ...  # M: No overload variant of "__call__" of "StereotypeMarker" matches argument type "RequestMappingDecorator"  [call-overload]


# case: event stream that is a function
@rest_controller
class Rooms:
    @sse_mapping("/a")  # E: @sse_mapping decorates an async generator, and Rooms.events is a function; write it with async def and yield each event  [pyfly-handler]
    def events(self) -> AsyncIterator[str]:
        raise NotImplementedError


# case: event stream that does not yield
@rest_controller
class Rooms:
    @sse_mapping("/a")  # E: @sse_mapping decorates an async generator, and Rooms.events is a coroutine without yield; write it with async def and yield each event  [pyfly-handler]
    async def events(self) -> str:
        return ""


# case: event stream that is a plain generator
@rest_controller
class Rooms:
    @sse_mapping("/a")  # E: @sse_mapping decorates an async generator, and Rooms.events is a plain generator; write it with async def and yield each event  [pyfly-handler]
    def events(self) -> Iterator[str]:
        yield ""


# case: HTTP generator
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: Rooms.lines is a generator, and GET answers once; map it with @sse_mapping, or return a StreamingResponse around it  [pyfly-handler]
    def lines(self) -> Iterator[str]:
        yield ""


# case: HTTP async generator
@rest_controller
class Rooms:
    @post_mapping("/a")  # E: Rooms.lines is a generator, and POST answers once; map it with @sse_mapping, or return a StreamingResponse around it  [pyfly-handler]
    async def lines(self) -> AsyncIterator[str]:
        yield ""


# case: wrapped handlers are read through their wrapper
def traced(
    function: Callable[[Any, WebSocketSession, str], Coroutine[Any, Any, None]],
) -> Callable[[Any, WebSocketSession, str], Coroutine[Any, Any, None]]:
    @wraps(function)
    async def wrapper(self: Any, session: WebSocketSession, room_id: str) -> None:
        await function(self, session, room_id)

    return wrapper


@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")
    @traced
    async def join(self, session: WebSocketSession, room_id: str) -> None: ...


# case: mapping that is made first and applied by its name
by_name = websocket_mapping("/by-name/{room_id}")  # E: path "/by-name/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # E: path "/b/by-name/{room_id}" has no variable for parameter "b"; give it a default, or mark it QueryParam[...]  [pyfly-path]  # E: @websocket_mapping handler Rooms.plain must be a coroutine function; write async def plain(self, session: WebSocketSession, ...) -> None  [pyfly-handler]  # E: WebSocket route "/by-name/{room_id}" of Rooms.plain matches the same paths as "/by-name/{room_id}" of Rooms.join at FILE:251; give one of them another path  [pyfly-route]
mapping = get_mapping
number: Final = get_mapping("/{n:int}")  # E: path "/{n:int}": "{n:int}" gives int, but parameter "n" is "str"; annotate it int, or write "{n}"  [pyfly-path]
again = number
wrong = post_mapping("wrong")  # E: path "wrong": must start with "/"; write "/wrong"  [pyfly-path]


@rest_controller
class Rooms:
    inside = websocket_mapping("/inside/{m}")

    @by_name
    async def join(self, session: WebSocketSession, roomid: str) -> None: ...

    @by_name
    def plain(self, session: WebSocketSession) -> None: ...

    @inside
    async def right(self, session: WebSocketSession, m: str) -> None:
        print(session.path_params["mm"])  # E: path "/inside/{m}" has no variable "mm"; did you mean "m"?  [pyfly-path]

    @again
    def numbered(self, n: str) -> str:
        return n

    @mapping("/m/{n}")  # E: path "/m/{n}" has no variable for parameter "nn"; did you mean "n"?  [pyfly-path]
    def mapped(self, nn: str) -> str:
        return nn

    @wrong
    def post(self) -> str:
        return ""


@rest_controller
@request_mapping("/b")
class Others:
    @by_name
    async def other(self, session: WebSocketSession, room_id: str, b: str) -> None: ...


# case: name that is given several mappings in turn
by_name = websocket_mapping("/first/{room_id}")
first = by_name
by_name = websocket_mapping("/second/{room_id}")  # C: path "/second/{room_id}" has no variable for parameter "a"; give it a default, or mark it QueryParam[...]  [pyfly-path]


@rest_controller
class Rooms:
    @by_name
    async def join(self, session: WebSocketSession, a: str) -> None: ...


# case: session of one of several types, one that may be left out, and one among all arguments
@rest_controller
class Rooms:
    @websocket_mapping("/a")
    async def either(self, session: WebSocketSession[str, str] | WebSocketSession[bytes, bytes]) -> None: ...

    @websocket_mapping("/b")
    async def optional(self, session: WebSocketSession | None = None) -> None: ...

    @websocket_mapping("/c")
    async def every(self, *sessions: WebSocketSession) -> None: ...

    @websocket_mapping("/d/{room_id}")
    async def all(self, *arguments: Any, **options: Any) -> None: ...


# case: other arguments in the place of the session
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: @websocket_mapping handler Rooms.numbers has "numbers: int" where the session belongs; write async def numbers(self, session: WebSocketSession, ...) -> None  [pyfly-handler]
    async def numbers(self, *numbers: int) -> None: ...


# case: session in an HTTP handler
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: path "/a" has no variable for parameter "session"; a session is given to the first parameter after self of a @websocket_mapping method, and to no other  [pyfly-path]
    async def show(self, session: WebSocketSession) -> None: ...

    @get_mapping("/b")  # E: path "/b" has no variable for parameter "session"; a session is given to the first parameter after self of a @websocket_mapping method, and to no other  [pyfly-path]
    async def typed(self, session: WebSocketSession[str, str] | None) -> None: ...


# case: mistakes that two controllers inherit
class Base:
    @get_mapping("/values")  # E: Base.values is a generator, and GET answers once; map it with @sse_mapping, or return a StreamingResponse around it  [pyfly-handler]
    def values(self) -> Iterator[str]:
        yield ""

    @websocket_mapping("/answer")  # E: @websocket_mapping handler Base.answer must return None, not "int"; send messages with await session.send(...)  [pyfly-handler]
    async def answer(self, session: WebSocketSession) -> int:
        return 1


@rest_controller
@request_mapping("/a")
class A(Base): ...


@rest_controller
@request_mapping("/b")
class B(Base): ...
