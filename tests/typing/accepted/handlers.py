"""WebSocket handlers as they may be written."""

from typing import Any, Never

from pyfly.container import controller, rest_controller
from pyfly.metadata import MetadataRegistry
from pyfly.web import Cookie, Header, QueryParam, request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import OutboxLimits

registry = MetadataRegistry()


@rest_controller
@request_mapping("/ws")
class EchoController:
    @websocket_mapping("/plain")
    async def plain(self, session: WebSocketSession) -> None:
        await session.accept()

    @websocket_mapping()
    async def without_path(self, session: WebSocketSession[str, bytes]) -> None: ...

    @websocket_mapping(
        "/binary", frames="binary", outbox=OutboxLimits(messages=8, overflow="drop_oldest"), registry=registry
    )
    async def with_options(self, session: WebSocketSession[dict[str, int], list[int]]) -> None: ...

    @websocket_mapping("/incoming")
    async def only_incoming(self, session: WebSocketSession[str]) -> None: ...

    @websocket_mapping("/receiver")
    async def receiver(self, session: WebSocketSession[str, Never]) -> None: ...

    @websocket_mapping("/sender")
    async def sender(self, session: WebSocketSession[Never, str]) -> None: ...

    @websocket_mapping("/rooms/{room_id:int}")
    async def with_variable(self, session: WebSocketSession, room_id: int) -> None: ...

    @websocket_mapping("/rooms/{room_id}/{name}")
    async def with_arguments(
        self,
        session: WebSocketSession,
        room_id: str,
        name: str,
        page: QueryParam[int] = 1,
        agent: Header[str | None] = None,
        *,
        token: Cookie[str] = "",
    ) -> None: ...

    @websocket_mapping("/defaults")
    async def with_defaults(
        self, session: WebSocketSession, greeting: str = "hello", *, loud: bool = False
    ) -> None: ...

    @websocket_mapping("/rest")
    async def with_the_rest(self, session: WebSocketSession, *names: str, **options: int) -> None: ...

    @websocket_mapping("/position")
    async def by_position(self, session: WebSocketSession, /) -> None: ...

    @websocket_mapping("/loose")
    async def loose(self, session: Any) -> None: ...

    @websocket_mapping("/looser")
    async def looser(self, session: object) -> None: ...

    @websocket_mapping("/named")
    async def named_otherwise(self, connection: WebSocketSession) -> None: ...

    @websocket_mapping("/twice")
    @websocket_mapping("/two-paths")
    async def two_paths(self, session: WebSocketSession) -> None: ...


@controller(name="pages", scope="session", primary=True)
@request_mapping()
class PageController:
    @websocket_mapping("/pages")
    async def pages(self, session: WebSocketSession) -> None: ...


@websocket_mapping("/chat")
async def handle_chat(self: EchoController, session: WebSocketSession) -> None: ...
