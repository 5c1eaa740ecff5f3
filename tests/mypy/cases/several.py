from typing import TYPE_CHECKING, Any

from pyfly.container import rest_controller
from pyfly.web import Body, Header, get_mapping, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

if TYPE_CHECKING:
    from decimal import Decimal


# case: a hook beside parameters
@rest_controller
class Rooms:
    @websocket_mapping("/rooms/{room_id}")  # E: path "/rooms/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]
    async def join(self, session: WebSocketSession, roomid: str) -> None: ...

    @websocket_mapping("/n/{n:int}")  # E: path "/n/{n:int}": "{n:int}" gives int, but parameter "n" is "str"; annotate it int, or write "{n}"  [pyfly-path]
    async def number(self, session: WebSocketSession, n: str) -> None: ...

    async def on_disconnect(self, session: WebSocketSession, code: int) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: missing a required argument: 'code'; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]


# case: not async beside a parameter and a key
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")  # E: @websocket_mapping handler Rooms.join must be a coroutine function; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]  # E: path "/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]
    def join(self, session: WebSocketSession, roomid: str) -> None:
        print(session.path_params["rom_id"])  # E: path "/{room_id}" has no variable "rom_id"; did you mean "room_id"?  [pyfly-path]


# case: another type beside a result; parameters are left for later
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")  # E: @websocket_mapping handler Rooms.join has "session: str" where the session belongs; write async def join(self, session: WebSocketSession, ...) -> None  [pyfly-handler]  # E: @websocket_mapping handler Rooms.join must return None, not "int"; send messages with await session.send(...)  [pyfly-handler]
    async def join(self, session: str, roomid: str) -> int:
        return 1


# case: messages beside a parameter, a result and a key
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")  # E: path "/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # E: @websocket_mapping handler Rooms.join must return None, not "int"; send messages with await session.send(...)  [pyfly-handler]  # C: @websocket_mapping handler Rooms.join can never receive or send: a text frame could be str or JSON; let JSON travel in the other kind: frames="binary"  [pyfly-handler]
    async def join(self, session: WebSocketSession[str | int, str], roomid: str) -> int:
        print(session.path_params["rom_id"])  # E: path "/{room_id}" has no variable "rom_id"; did you mean "room_id"?  [pyfly-path]
        return 1


# case: an annotation that does not resolve beside a parameter, a result and a key
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")  # E: path "/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # E: @websocket_mapping handler Rooms.join must return None, not "int"; send messages with await session.send(...)  [pyfly-handler]  # C: Rooms.join(session): cannot resolve "WebSocketSession[Decimal, str]": Decimal is not defined at run time; import it outside 'if TYPE_CHECKING:' or define it at module level  [pyfly-annotation]
    async def join(self, session: "WebSocketSession[Decimal, str]", roomid: str) -> int:
        print(session.path_params["rom_id"])  # E: path "/{room_id}" has no variable "rom_id"; did you mean "room_id"?  [pyfly-path]
        return 1


# case: an annotation that does not resolve in a handler of requests
@rest_controller
class Rooms:
    @get_mapping("/{room_id}")  # E: path "/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # C: Rooms.show(since): cannot resolve "Header[Decimal]": Decimal is not defined at run time; import it outside 'if TYPE_CHECKING:' or define it at module level  [pyfly-annotation]
    def show(self, roomid: str, since: "Header[Decimal]") -> None: ...


# case: a generator beside parameters
@rest_controller
@request_mapping("/{tenant:int}")
class Rooms:
    @get_mapping("/{room_id}")  # E: Rooms.show is a generator, and GET answers once; map it with @sse_mapping, or return a StreamingResponse around it  [pyfly-handler]  # E: path "/{tenant:int}/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # E: path "/{tenant:int}/{room_id}": "{tenant:int}" gives int, but parameter "tenant" is "str"; annotate it int, or write "{tenant}"  [pyfly-path]  # E: parameter "order" of Rooms.show is marked Body, but there is no request body here; bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping  [pyfly-handler]
    def show(self, roomid: str, tenant: str, order: Body[int]) -> Any:
        yield 1


# case: a constructor, a hook and routes
@rest_controller
class Rooms:
    def __init__(self, size) -> None: ...  # E: Rooms.__init__(size) has no type annotation, so no bean can be chosen for it; annotate it with the type of the bean, or give it a default  [pyfly-bean]  # M: Function is missing a type annotation for one or more parameters  [no-untyped-def]

    @websocket_mapping("/{a}")  # E: path "/{a}" has no variable for parameter "x"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    async def join(self, session: WebSocketSession, x: str) -> None: ...

    @websocket_mapping("/{b}")  # E: WebSocket route "/{b}" of Rooms.leave matches the same paths as "/{a}" of Rooms.join at FILE:78; give one of them another path  [pyfly-route]
    async def leave(self, session: WebSocketSession) -> None: ...

    async def on_disconnect(self) -> None: ...  # E: Rooms.on_disconnect cannot be called with the session: too many positional arguments; write async def on_disconnect(self, session: WebSocketSession) -> None  [pyfly-hook]
