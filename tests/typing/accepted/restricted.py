"""Endpoints that not everybody may use keep their types."""

from collections.abc import AsyncIterator
from typing import assert_type

from pyfly.container import rest_controller
from pyfly.web import authenticated, get_mapping, permit_all, requires
from pyfly.web.sse import sse_mapping
from pyfly.websocket import HandshakeInterceptor, WebSocketSession, websocket_mapping


@authenticated
@rest_controller
class OrderController:
    def __init__(self, limit: int) -> None: ...

    @requires("orders:read", "orders:list")
    @get_mapping("/orders")
    def orders(self, page: int = 1) -> list[str]:
        return []

    @requires("orders:read")
    @sse_mapping("/events")
    async def events(self) -> AsyncIterator[str]:
        yield "event"

    @authenticated
    @websocket_mapping("/live")
    async def live(self, session: WebSocketSession[str, str], room_id: str = "lobby") -> None:
        await session.accept()
        assert_type(session.scopes, frozenset[str])

    @permit_all
    @get_mapping("/prices")
    async def prices(self) -> dict[str, int]:
        return {}

    @websocket_mapping("/above")
    @authenticated()
    async def above(self, session: WebSocketSession) -> None: ...


@requires("admin")
class AdminController(OrderController): ...


class TokenInterceptor(HandshakeInterceptor):
    order = 10

    async def before_handshake(self, session: WebSocketSession) -> None:
        session.user = session.headers.get("authorization")
        session.scopes = ["orders:read"]


async def call(session: WebSocketSession[str, str]) -> None:
    controller = assert_type(OrderController(5), OrderController)
    assert_type(AdminController(5).orders(page=2), list[str])
    assert_type(await controller.prices(), dict[str, int])
    await controller.live(session, room_id="lobby")
