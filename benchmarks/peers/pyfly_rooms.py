"""Rooms of pyfly that span processes, for ``pyfly run benchmarks.peers.pyfly_rooms:app``."""

from __future__ import annotations

import os
from typing import Final

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import QueryParam  # noqa: TC001  # read for the handler's parameters
from pyfly.websocket import WebSocketSession, websocket_mapping
from pyfly.websocket.rooms import BackplaneError, Rooms

__all__ = ["NOT_PUBLISHED", "UNSURE", "app"]

NOT_PUBLISHED: Final = "!"
UNSURE: Final = "?"


@rest_controller
class Talk:
    """Publishes what its members say, and tells them what could not be published."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @websocket_mapping("/rooms/{name}")
    async def talk(self, session: WebSocketSession[str, str], name: str, keep: QueryParam[int] = 0) -> None:
        await session.accept()
        async with self._rooms.join(name, session, keep=keep) as room:
            await session.send(str(os.getpid()))
            async for text in session:
                try:
                    await room.publish(text)
                except BackplaneError as error:
                    await session.send(f"{UNSURE if error.unsure else NOT_PUBLISHED}{text}")


app = create_app(Talk)
