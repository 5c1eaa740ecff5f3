from collections.abc import AsyncIterator

from pyfly.container import controller, rest_controller
from pyfly.web import delete_mapping, get_mapping, post_mapping, request_mapping
from pyfly.web.sse import sse_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


# case: routes that can be told apart
@rest_controller
@request_mapping("/a")
class Rooms:
    @get_mapping("/{room_id}")
    def one(self) -> str:
        return ""

    @post_mapping("/{name}")
    def two(self) -> str:
        return ""

    @get_mapping("/{number:int}")
    def three(self) -> str:
        return ""

    @get_mapping("/{name}.json")
    def four(self) -> str:
        return ""

    @websocket_mapping("/{name}")
    async def five(self, session: WebSocketSession) -> None: ...

    @get_mapping("/{name:path}")
    def six(self) -> str:
        return ""


@rest_controller
@request_mapping("/b")
class Others:
    @get_mapping("/{room_id}")
    def one(self) -> str:
        return ""


# case: same shape in one class
@rest_controller
class Rooms:
    @get_mapping("/rooms/{room_id}")
    def one(self) -> str:
        return ""

    @get_mapping("/rooms/{name}")  # E: GET route "/rooms/{name}" of Rooms.two matches the same paths as "/rooms/{room_id}" of Rooms.one at FILE:48; give one of them another path  [pyfly-route]
    def two(self) -> str:
        return ""


# case: same shape with a converter
@rest_controller
class Rooms:
    @websocket_mapping("/rooms/{room_id:int}")
    async def one(self, session: WebSocketSession) -> None: ...

    @websocket_mapping("/rooms/{number:int}")  # E: WebSocket route "/rooms/{number:int}" of Rooms.two matches the same paths as "/rooms/{room_id:int}" of Rooms.one at FILE:60; give one of them another path  [pyfly-route]
    async def two(self, session: WebSocketSession, number: int) -> None: ...


# case: same path thrice
@rest_controller
class Rooms:
    @delete_mapping("/a")
    def one(self) -> None: ...

    @delete_mapping("/a")  # E: DELETE route "/a" of Rooms.two matches the same paths as "/a" of Rooms.one at FILE:70; give one of them another path  [pyfly-route]
    def two(self) -> None: ...

    @delete_mapping("/a")  # E: DELETE route "/a" of Rooms.three matches the same paths as "/a" of Rooms.one at FILE:70; give one of them another path  [pyfly-route]
    def three(self) -> None: ...


# case: same shape in two classes
@rest_controller
@request_mapping("/rooms")
class Rooms:
    @get_mapping("/{room_id}")
    def one(self) -> str:
        return ""


@controller
class Others:
    @get_mapping("/rooms/{name}")  # E: GET route "/rooms/{name}" of Others.two matches the same paths as "/rooms/{room_id}" of Rooms.one at FILE:84; give one of them another path  [pyfly-route]
    def two(self) -> str:
        return ""


# case: event stream and request
@rest_controller
class Rooms:
    @sse_mapping("/rooms")  # E: SSE route "/rooms" of Rooms.events matches the same paths as "/rooms" of Rooms.one at FILE:103; give one of them another path  [pyfly-route]
    async def events(self) -> AsyncIterator[str]:
        yield ""

    @get_mapping("/rooms")
    def one(self) -> str:
        return ""


# case: event stream of a class before
@rest_controller
class Rooms:
    @sse_mapping("/rooms")  # E: SSE route "/rooms" of Rooms.events matches the same paths as "/rooms" of Others.one at FILE:118; give one of them another path  [pyfly-route]
    async def events(self) -> AsyncIterator[str]:
        yield ""


@rest_controller
class Others:
    @get_mapping("/rooms")
    def one(self) -> str:
        return ""


# case: event stream beside routes that compete already
@rest_controller
class Rooms:
    @get_mapping("/rooms/{room_id}")
    def one(self) -> str:
        return ""

    @get_mapping("/rooms/{name}")  # E: GET route "/rooms/{name}" of Rooms.two matches the same paths as "/rooms/{room_id}" of Rooms.one at FILE:126; give one of them another path  [pyfly-route]
    def two(self) -> str:
        return ""

    @sse_mapping("/rooms/{topic}")  # E: SSE route "/rooms/{topic}" of Rooms.events matches the same paths as "/rooms/{room_id}" of Rooms.one at FILE:126; give one of them another path  [pyfly-route]
    async def events(self) -> AsyncIterator[str]:
        yield ""


# case: inherited route below the same base path
class Base:
    @get_mapping("/rooms")  # E: GET route "/rooms" of Others.one matches the same paths as "/rooms" of Rooms.one at FILE:141; give one of them another path  [pyfly-route]
    def one(self) -> str:
        return ""


@rest_controller
class Rooms(Base): ...


@rest_controller
class Others(Base): ...


# case: one method with the same path twice
@rest_controller
class Rooms:
    @get_mapping("/rooms")
    @get_mapping("/rooms")  # E: GET route "/rooms" of Rooms.one matches the same paths as "/rooms" of Rooms.one at FILE:157; give one of them another path  [pyfly-route]
    def one(self) -> str:
        return ""


# case: a class that is no controller serves nothing
class Base:
    @get_mapping("/rooms")
    def one(self) -> str:
        return ""

    @get_mapping("/rooms")
    def two(self) -> str:
        return ""


@rest_controller
class Rooms:
    @get_mapping("/rooms")
    def one(self) -> str:
        return ""


# case: a method in both branches of an if
@rest_controller
class Rooms:
    if int("1"):

        @get_mapping("/{a}")
        def one(self, a: str) -> str:
            return a

    else:

        @get_mapping("/{a}")
        def one(self, a: str) -> str:
            return a
