from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from pyfly.container import rest_controller
from pyfly.web import delete_mapping, get_mapping, patch_mapping, post_mapping, put_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

LOBBY: Final = "/lobby/{room_id}"


# case: every form of path that is right
@rest_controller
@request_mapping("/ws")
class Rooms:
    @websocket_mapping("/echo")
    async def echo(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/rooms/{room_id}")
    async def rooms(self, session: WebSocketSession) -> None:
        session.path_params["room_id"]

    @websocket_mapping("/rooms/{room_id}/{n:int}/{u:uuid}/{rest:path}")
    async def bound(self, session: WebSocketSession, room_id: str, n: int, u: UUID, rest: str) -> None: ...

    @websocket_mapping("/converted/{room_id}/{size:float}")
    async def converted(self, session: WebSocketSession, room_id: int, size: complex) -> None: ...

    @websocket_mapping("/optional/{n:int}")
    async def optional(self, session: WebSocketSession, n: int | None) -> None: ...

    @websocket_mapping("/default")
    async def default(self, session: WebSocketSession, page: int = 1) -> None: ...

    @websocket_mapping(LOBBY)
    async def constant(self, session: WebSocketSession, room_id: str) -> None: ...

    @websocket_mapping("/sum" + LOBBY)
    async def sum(self, session: WebSocketSession, room_id: str) -> None: ...

    @get_mapping("/files/{name}.json")
    def file(self, name: str) -> str:
        return name

    @put_mapping(path="/files/{name}")
    def put(self, *, name: str) -> str:
        return name

    @websocket_mapping()
    async def root(self, session: WebSocketSession) -> None: ...


# case: path without a slash
@rest_controller
class Rooms:
    @websocket_mapping("rooms")  # E: path "rooms": must start with "/"; write "/rooms"  [pyfly-path]
    async def join(self, session: WebSocketSession) -> None: ...


# case: unbalanced brace
@rest_controller
class Rooms:
    @get_mapping("/rooms/{room_id")  # E: path "/rooms/{room_id": has an unbalanced brace; a variable is {name} or {name:converter}  [pyfly-path]
    def one(self) -> str:
        return ""


# case: variable twice
@rest_controller
class Rooms:
    @post_mapping("/{room_id}/{room_id}")  # E: path "/{room_id}/{room_id}": variable "room_id" is named twice; give each its own name  [pyfly-path]
    def one(self, room_id: str) -> str:
        return room_id


# case: unknown converter near a known one
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id:integer}")  # E: path "/{room_id:integer}": unknown converter "integer" of variable "room_id"; did you mean "int"?  [pyfly-path]
    async def join(self, session: WebSocketSession, room_id: int) -> None: ...


# case: unknown converter near none
@rest_controller
class Rooms:
    @sse_mapping("/{day:date}")  # E: path "/{day:date}": unknown converter "date" of variable "day"; known are str, int, float, uuid, path  [pyfly-path]
    async def events(self, day: str) -> AsyncIterator[str]:
        yield day


# case: path variable that is not last
@rest_controller
class Rooms:
    @put_mapping("/{rest:path}/tail")  # E: path "/{rest:path}/tail": "{rest:path}" takes the rest of the path; it must be the whole last segment  [pyfly-path]
    def one(self, rest: str) -> str:
        return rest


# case: query string in a path
@rest_controller
class Rooms:
    @delete_mapping("/rooms?all=1")  # E: path "/rooms?all=1": has '?', which no path contains; query values are bound with QueryParam[...]  [pyfly-path]
    def one(self) -> None: ...


# case: several problems of one path
@rest_controller
class Rooms:
    @patch_mapping("rooms//{1}")  # E: path "rooms//{1}": must start with "/"; write "/rooms//{1}"; has an empty segment; write a single "/"; "{1}" is not a variable; write {name} or {name:converter}  [pyfly-path]
    def one(self) -> None: ...


# case: wrong base path
@rest_controller
@request_mapping("rooms")  # E: path "rooms": must start with "/"; write "/rooms"  [pyfly-path]
class Rooms:
    @websocket_mapping("/join")
    async def join(self, session: WebSocketSession) -> None: ...


# case: variable of the base path named again
@rest_controller
@request_mapping("/{tenant}")
class Rooms:
    @websocket_mapping("/{tenant}")  # E: Rooms.join: path "/{tenant}/{tenant}": variable "tenant" is named twice; give each its own name  [pyfly-path]
    async def join(self, session: WebSocketSession) -> None: ...


# case: parameter near a variable
@rest_controller
@request_mapping("/t/{tenant}")
class Rooms:
    @websocket_mapping("/rooms/{room_id}")  # E: path "/t/{tenant}/rooms/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]
    async def join(self, session: WebSocketSession, roomid: str) -> None: ...


# case: parameter near a variable of the base path
@rest_controller
@request_mapping("/t/{tenant}")
class Rooms:
    @websocket_mapping("/rooms")  # E: path "/t/{tenant}/rooms" has no variable for parameter "tenat"; did you mean "tenant"?  [pyfly-path]
    async def join(
        self,
        session: WebSocketSession,
        tenat: str,
    ) -> None: ...


# case: parameter near no variable
@rest_controller
class Rooms:
    @websocket_mapping("/rooms")  # E: path "/rooms" has no variable for parameter "page"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    async def join(self, session: WebSocketSession, page: int, size: int = 1) -> None: ...


# case: variable that another parameter takes
@rest_controller
class Rooms:
    @get_mapping("/{room_id}")  # E: path "/{room_id}" has no variable for parameter "room_ids"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    def one(self, room_id: str, room_ids: str) -> str:
        return room_id


# case: service where a value belongs
class Stock: ...


@rest_controller
class Rooms:
    @get_mapping("/rooms")  # E: path "/rooms" has no variable for parameter "stock"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    def one(self, stock: Stock) -> str:
        return ""


# case: int given to str
@rest_controller
class Rooms:
    @websocket_mapping("/items/{item_id:int}")  # E: path "/items/{item_id:int}": "{item_id:int}" gives int, but parameter "item_id" is "str"; annotate it int, or write "{item_id}"  [pyfly-path]
    async def item(self, session: WebSocketSession, item_id: str) -> None: ...


# case: float given to int
@rest_controller
class Rooms:
    @get_mapping("/items/{price:float}")  # E: path "/items/{price:float}": "{price:float}" gives float, but parameter "price" is "int"; annotate it float, or write "{price}"  [pyfly-path]
    def item(self, price: int) -> str:
        return ""


# case: UUID given to a union
@rest_controller
class Rooms:
    @get_mapping("/items/{item_id:uuid}")  # E: path "/items/{item_id:uuid}": "{item_id:uuid}" gives UUID, but parameter "item_id" is "int | None"; annotate it UUID, or write "{item_id}"  [pyfly-path]
    def item(self, item_id: int | None) -> str:
        return ""


# case: segment given to a list
@rest_controller
class Rooms:
    @get_mapping("/items/{names}")  # E: path "/items/{names}": "{names}" gives str, but parameter "names" is "list[str]"; annotate it str  [pyfly-path]
    def item(self, names: list[str]) -> str:
        return ""


# case: rest of the path given to a dict
@rest_controller
class Rooms:
    @get_mapping("/items/{names:path}")  # E: path "/items/{names:path}": "{names:path}" gives str, but parameter "names" is "dict[str, int]"; annotate it str  [pyfly-path]
    def item(self, names: dict[str, int]) -> str:
        return ""


# case: bool where a number is given
@rest_controller
class Rooms:
    @get_mapping("/items/{flag:int}")  # E: path "/items/{flag:int}": "{flag:int}" gives int, but parameter "flag" is "bool"; annotate it int, or write "{flag}"  [pyfly-path]
    def item(self, flag: bool) -> str:
        return ""


# case: several faults of one handler
@rest_controller
class Rooms:
    @get_mapping("/{item_id:int}/{room_id}")  # E: path "/{item_id:int}/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]  # E: path "/{item_id:int}/{room_id}": "{item_id:int}" gives int, but parameter "item_id" is "str"; annotate it int, or write "{item_id}"  [pyfly-path]
    def item(self, item_id: str, roomid: str) -> str:
        return ""


# case: each of several mappings is checked
@rest_controller
class Rooms:
    @get_mapping("/a/{room_id}")
    @get_mapping("/b/{roomid}")  # E: path "/b/{roomid}" has no variable for parameter "room_id"; did you mean "roomid"?  [pyfly-path]
    def item(self, room_id: str) -> str:
        return room_id


# case: class without a stereotype is not served
@request_mapping("/x")
class Rooms:
    @get_mapping("/{room_id}")
    def item(self, roomid: str) -> str:
        return roomid


@rest_controller
class Other(Rooms):
    @get_mapping("/{room_id}")
    def item(self, room_id: str) -> str:
        return room_id


# case: inherited handler below another base path
class Base:
    @get_mapping("/{room_id}")  # E: GET route "/{tennant}/{room_id}" of Wrong.item matches the same paths as "/{tenant}/{room_id}" of Right.item at FILE:257; give one of them another path  [pyfly-route]  # E: path "/{tennant}/{room_id}" has no variable for parameter "tenant"; did you mean "tennant"?  [pyfly-path]
    def item(self, room_id: str, tenant: str) -> str:
        return room_id


@rest_controller
@request_mapping("/{tenant}")
class Right(Base): ...


@rest_controller
@request_mapping("/{tennant}")
class Wrong(Base): ...


# case: override has the mapping of its base
class Base:
    @get_mapping("/{room_id:int}")  # E: path "/more/{room_id:int}" has no variable for parameter "room"; did you mean "room_id"?  [pyfly-path]
    def item(self, room_id: int) -> str:
        return ""


@rest_controller
class Rooms(Base):
    def item(self, room_id: int | str = 0, *, other: str = "") -> str:
        return ""


@rest_controller
@request_mapping("/more")
class More(Base):
    def item(self, room: int) -> str:
        return ""
