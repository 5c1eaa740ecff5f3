"""A handler for each way a conversation may end; the hook says what it saw."""

from __future__ import annotations

import asyncio

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import request_mapping
from pyfly.websocket import WebSocketSession, websocket_mapping


@rest_controller
@request_mapping("/ws")
class EndingsController:
    @websocket_mapping("/return")
    async def returning(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.receive_text()

    @websocket_mapping("/listen")
    async def listening(self, session: WebSocketSession) -> None:
        await session.accept()
        while True:
            await session.send_text(await session.receive_text())

    @websocket_mapping("/busy")
    async def busy(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.send_text("busy")
        await asyncio.Event().wait()

    @websocket_mapping("/error")
    async def failing(self, session: WebSocketSession) -> None:
        await session.accept()
        await session.receive_text()
        raise LookupError("failing after accept")

    @websocket_mapping("/error-before-accept")
    async def failing_before_accept(self, session: WebSocketSession) -> None:
        raise LookupError("failing before accept")

    async def on_disconnect(self, session: WebSocketSession) -> None:
        await asyncio.sleep(0)
        print(f"on_disconnect: accepted={session.accepted} code={session.close_code}", flush=True)


app = create_app(__name__)
