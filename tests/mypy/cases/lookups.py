from typing import Any

from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


# case: known keys
@rest_controller
@request_mapping("/{tenant}")
class Rooms:
    @websocket_mapping("/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        session.path_params["tenant"], session.path_params["room_id"]
        session.path_params.get("other")
        other: dict[str, Any] = {}
        other["x"]


# case: key near a variable
@rest_controller
@request_mapping("/{tenant}")
class Rooms:
    @websocket_mapping("/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        await session.accept()
        print(session.path_params["roomid"])  # E: path "/{tenant}/{room_id}" has no variable "roomid"; did you mean "room_id"?  [pyfly-path]


# case: key near none
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}/{user}")
    async def join(self, connection: WebSocketSession) -> None:
        print(connection.path_params["page"])  # E: path "/{room_id}/{user}" has no variable "page"; there are room_id, user  [pyfly-path]


# case: key of a path without variables
@rest_controller
class Rooms:
    @websocket_mapping("/rooms")
    async def join(self, session: WebSocketSession) -> None:
        room = session.path_params["room_id"]  # E: path "/rooms" has no variable "room_id"; name one in the path  [pyfly-path]


# case: key of one of several paths
@rest_controller
class Rooms:
    @websocket_mapping("/a/{room_id}")
    @websocket_mapping("/b")
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["room_id"])
        print(session.path_params["room"])  # E: paths "/a/{room_id}" and "/b" have no variable "room"; did you mean "room_id"?  [pyfly-path]


# case: keys of a handler that controllers inherit
class Base:
    @websocket_mapping("/feed/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["tenant"], session.path_params["room_id"], session.path_params["section"])
        print(session.path_params["rom"])  # E: paths "/t/{tenant}/feed/{room_id}" and "/s/{section}/feed/{room_id}" have no variable "rom"; did you mean "room_id"?  [pyfly-path]


@rest_controller
@request_mapping("/t/{tenant}")
class Tenants(Base): ...


class Outer:
    @rest_controller
    @request_mapping("/s/{section}")
    class Sections(Base): ...


class Unserved(Base): ...


# case: keys of a handler that one controller inherits
class Base:
    @websocket_mapping("/feed/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["rom"])  # E: path "/t/{tenant}/feed/{room_id}" has no variable "rom"; did you mean "room_id"?  [pyfly-path]


@rest_controller
@request_mapping("/t/{tenant}")
class Tenants(Base): ...


# case: keys of an override, whose mapping is the base's
class Base:
    @websocket_mapping("/{room_id}/b/c")
    @websocket_mapping("/a/{n:int}")
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["unserved"])


@rest_controller
class Rooms(Base):
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["n"], session.path_params["room_id"])
        print(session.path_params["rooms"])  # E: paths "/{room_id}/b/c" and "/a/{n:int}" have no variable "rooms"; did you mean "room_id"?  [pyfly-path]


# case: keys where one of the paths is wrong
class Base:
    @websocket_mapping("/{tenant}")  # E: Tenants.join: path "/t/{tenant}/{tenant}": variable "tenant" is named twice; give each its own name  [pyfly-path]
    async def join(self, session: WebSocketSession) -> None:
        print(session.path_params["other"])


@rest_controller
@request_mapping("/t/{tenant}")
class Tenants(Base): ...


@rest_controller
class Rooms(Base): ...


# case: functions inside the handler
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        def seen() -> Any:
            return session.path_params["room"]  # E: path "/{room_id}" has no variable "room"; did you mean "room_id"?  [pyfly-path]

        def hidden(session: WebSocketSession) -> Any:
            return session.path_params["room"]

        async def awaited() -> Any:
            return [session.path_params["rooms"] for _ in range(2)]  # E: path "/{room_id}" has no variable "rooms"; did you mean "room_id"?  [pyfly-path]

        print(lambda: session.path_params["roomid"], seen, hidden, awaited)  # E: path "/{room_id}" has no variable "roomid"; did you mean "room_id"?  [pyfly-path]


# case: sessions that are no handler's
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        await self.help(session)

    async def help(self, session: WebSocketSession) -> None:
        print(session.path_params["room"])


# case: variables that a handler adds
@rest_controller
class Rooms:
    @websocket_mapping("/{room_id}")
    async def join(self, session: WebSocketSession) -> None:
        session.path_params["name"] = session.path_params["room_id"]
        del session.path_params["name"]
        session.path_params["names"] += "!"  # E: path "/{room_id}" has no variable "names"; there is room_id  [pyfly-path]
