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
