"""Sessions over doubles of connections, to be members of rooms."""

from __future__ import annotations

import asyncio
from typing import Any

from pyfly.websocket import WebSocketSession
from pyfly.websocket.messages import codec_for
from pyfly.websocket.outbox import OutboxLimits


class Connection:
    """A client that takes messages while its gate is open."""

    def __init__(self) -> None:
        self.scope: dict[str, Any] = {"type": "websocket", "path": "/", "headers": [], "subprotocols": []}
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.gate = asyncio.Event()
        self.gate.set()
        self.sent: list[Any] = []
        self.arrived = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        return await self.incoming.get()

    async def send(self, message: Any) -> None:
        await self.gate.wait()
        self.sent.append(message)
        self.arrived.set()

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    async def wait_for_text(self, text: str, seconds: float = 20.0) -> None:
        """Wait until a message has come."""
        async with asyncio.timeout(seconds):
            while text not in self.texts:
                self.arrived.clear()
                await self.arrived.wait()

    async def wait_for(self, count: int, seconds: float = 20.0) -> list[str]:
        """Wait until so many messages have come; all of them."""
        async with asyncio.timeout(seconds):
            while len(self.texts) < count:
                self.arrived.clear()
                await self.arrived.wait()
        return self.texts


class Member:
    """An open session and its client."""

    def __init__(self, session: WebSocketSession[Any, Any], client: Connection) -> None:
        self.session = session
        self.client = client

    @classmethod
    async def open(cls, message_type: Any = Any, limits: OutboxLimits | None = None) -> Member:
        client = Connection()
        options: dict[str, Any] = {} if limits is None else {"outbox_limits": limits}
        session: WebSocketSession[Any, Any] = WebSocketSession(
            client,  # type: ignore[arg-type]  # it has no headers and the like
            managed=True,
            codec=codec_for(Any, message_type),
            **options,
        )
        await session.accept()
        return cls(session, client)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
