from enum import Enum
from typing import Annotated, Any, Literal, Optional, TypeAlias, TypeVar, Union

import pyfly.web as web
from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypeAliasType

from pyfly.container import rest_controller
from pyfly.web import Body, Cookie, FromHeader, FromQuery, Header, QueryParam, get_mapping, post_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping

Token: TypeAlias = Annotated[str, FromHeader("X-Token")]
RoomId = str
Positive = Field(gt=0)
Paged = QueryParam[int]
Again = Token
FROM_QUERY = FromQuery("f")
MARKERS = [FromQuery("m")]
T = TypeVar("T")


class Level(Enum):
    LOW = 1


def make_marker() -> Any:
    return FromQuery("made")


# case: every source of a value
@rest_controller
class Rooms:
    @websocket_mapping("/a/{room_id}")
    async def join(
        self,
        session: WebSocketSession,
        room_id: RoomId,
        token: Token,
        page: Paged,
        size: QueryParam[int],
        agent: "Header[str]",
        member: Cookie[str | None],
        other: Annotated[str, FromQuery("o")],
        named: Annotated[int, FromHeader(name="N")],
        bare: Annotated[str, FromQuery],
        dotted: web.QueryParam[str],
        either: QueryParam[int] | None,
    ) -> None: ...

    @get_mapping("/b/{n:int}")
    def request(self, request: Request, n: Annotated[int, Field(gt=0)], m: Annotated[int, FromQuery(), Positive]) -> str:
        return ""

    @post_mapping("/c")
    async def body(self, order: Body[dict[str, int]]) -> str:
        return ""

    @get_mapping("/d/{tag:int}")
    def marked(self, tag: QueryParam[list[str]]) -> str:
        return ""

    @get_mapping("/e")
    def variadic(self, *args: int, **kwargs: int) -> str:
        return ""


# case: markers behind names and unions
@rest_controller
class Rooms:
    @get_mapping("/{item:int}")
    def one(
        self,
        item: Optional[QueryParam[str]],
        token: Optional[Token],
        other: Union[Header[int], Header[str]],
        nested: QueryParam[Annotated[int, Field(gt=0)]],
        again: Again,
        quoted: "Annotated[str, FromQuery('x')]",
        constant: Annotated[str, FROM_QUERY],
        looked_up: Annotated[str, web.FromQuery()],
    ) -> str:
        return ""


# case: markers that only running tells
@rest_controller
class Rooms:
    @get_mapping("/{item:int}")
    def one(self, item: Annotated[str, MARKERS[0]], other: Annotated[str, make_marker()]) -> str:
        return ""


# case: marker without a type
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: parameter "token" of Rooms.one: Header has no type; write Header[str], or the type it has  [pyfly-handler]
    def one(self, token: Header) -> str:  # M: Missing type arguments for generic type "Header"  [type-arg]
        return ""


# case: positional-only parameter
@rest_controller
class Rooms:
    @get_mapping("/{room_id}")  # E: parameter "room_id" of Rooms.one is positional-only; it is given by name; remove the "/" after it  [pyfly-handler]
    def one(self, room_id: str, /) -> str:
        return ""


# case: body where there is none
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: parameter "order" of Rooms.one is marked Body, but there is no request body here; bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping  [pyfly-handler]
    def one(self, order: Body[int]) -> str:
        return ""


# case: body of a handshake
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: parameter "order" of Rooms.join is marked Body, but there is no request body here; bodies are read by @post_mapping, @put_mapping, @patch_mapping and @delete_mapping  [pyfly-handler]
    async def join(self, session: WebSocketSession, order: Body[int]) -> None: ...


# case: body twice
@rest_controller
class Rooms:
    @post_mapping("/a")  # E: Rooms.one takes the request body more than once: "order" and "customer"; take it once, as a model that holds both  [pyfly-handler]
    def one(self, order: Body[int], customer: Body[int]) -> str:
        return ""


# case: two markers
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: parameter "token" of Rooms.one has 2 markers: FromHeader and FromQuery; keep one  [pyfly-handler]
    def one(self, token: Annotated[Header[str], FromQuery()]) -> str:
        return ""


# case: request in a WebSocket handler
@rest_controller
class Rooms:
    @websocket_mapping("/a")  # E: path "/a" has no variable for parameter "request"; give it a default, or mark it QueryParam[...]  [pyfly-path]
    async def join(self, session: WebSocketSession, request: Request) -> None: ...


# case: parameters of types that an alias type names
Txt = TypeAliasType("Txt", str)
Many = TypeAliasType("Many", list[T], type_params=(T,))
Asked = TypeAliasType("Asked", value=Annotated[int, FromQuery()])
Numbers = TypeAliasType("Numbers", "dict[str, Txt] | None")


@rest_controller
class Rooms:
    @get_mapping("/a/{room_id}")  # E: path "/a/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]
    def a(self, roomid: Txt) -> str:
        return ""

    @get_mapping("/b/{x:int}")  # E: path "/b/{x:int}": "{x:int}" gives int, but parameter "x" is "Txt"; annotate it int, or write "{x}"  [pyfly-path]
    def b(self, x: Txt) -> str:
        return ""

    @get_mapping("/c/{x:int}")  # E: path "/c/{x:int}": "{x:int}" gives int, but parameter "x" is "Many[int]"; annotate it int  [pyfly-path]
    def c(self, x: Many[int]) -> str:
        return ""

    @get_mapping("/d/{x}")  # E: path "/d/{x}": "{x}" gives str, but parameter "x" is "Numbers"; annotate it str  [pyfly-path]
    def d(self, x: Numbers, page: Asked) -> str:
        return ""

    @get_mapping("/e/{x}/{y:int}")
    def e(self, x: Txt, y: "Txt | int") -> str:
        return ""


# case: literals that a converter's value can never be
@rest_controller
class Rooms:
    @get_mapping("/a/{x:int}")  # E: path "/a/{x:int}": "{x:int}" gives int, but parameter "x" is "Literal['a']"; annotate it int, or write "{x}"  [pyfly-path]
    def a(self, x: Literal["a"]) -> str:
        return ""

    @get_mapping("/b/{x:int}")
    def b(self, x: Literal[1, 2]) -> str:
        return ""

    @get_mapping("/c/{x}")  # E: path "/c/{x}": "{x}" gives str, but parameter "x" is "Literal[1, 2]"; annotate it str, or write "{x:int}"  [pyfly-path]
    def c(self, x: Literal[1, 2]) -> str:
        return ""

    @get_mapping("/d/{x}")
    def d(self, x: Literal["a", "b"]) -> str:
        return ""

    @get_mapping("/e/{x:uuid}")  # E: path "/e/{x:uuid}": "{x:uuid}" gives UUID, but parameter "x" is "Literal['a', b'b', 1, True] | None"; annotate it UUID, or write "{x}"  [pyfly-path]
    def e(self, x: Literal["a", b"b", 1, True] | None) -> str:
        return ""

    @get_mapping("/f/{x:float}/{y:int}/{z:int}")
    def f(self, x: Literal[1], y: Literal["a"] | int, z: Literal[Level.LOW]) -> str:
        return ""

    @get_mapping("/g/{x:path}")  # E: path "/g/{x:path}": "{x:path}" gives str, but parameter "x" is "Literal[b'b']"; annotate it str  [pyfly-path]
    def g(self, x: Literal[b"b"]) -> str:
        return ""


# case: unknown parameter of an alias's type
@rest_controller
class Rooms:
    @get_mapping("/{room_id}")  # E: path "/{room_id}" has no variable for parameter "roomid"; did you mean "room_id"?  [pyfly-path]
    def one(self, roomid: RoomId) -> str:
        return ""


# case: constrained number
@rest_controller
class Rooms:
    @get_mapping("/{room_id:uuid}")  # E: path "/{room_id:uuid}": "{room_id:uuid}" gives UUID, but parameter "room_id" is "int"; annotate it UUID, or write "{room_id}"  [pyfly-path]
    def one(self, room_id: Annotated[int, Field(gt=0)]) -> str:
        return ""


# case: constrained number by a name
@rest_controller
class Rooms:
    @get_mapping("/{room_id:uuid}")  # C: path "/{room_id:uuid}": "{room_id:uuid}" gives UUID, but parameter "room_id" is "int"; annotate it UUID, or write "{room_id}"  [pyfly-path]
    def one(self, room_id: Annotated[int, Positive]) -> str:
        return ""


# case: too few parameters
@rest_controller
class Rooms:
    @get_mapping("/a")  # E: Rooms.one takes 0 parameters by position, not self; take self first  [pyfly-handler]  # M: Value of type variable "ControllerMethod" of "__call__" of "HttpMappingDecorator" cannot be "Callable[[], str]"  [type-var]
    def one() -> str:  # M: Method must have at least one argument. Did you forget the "self" argument?  [misc]
        return ""
