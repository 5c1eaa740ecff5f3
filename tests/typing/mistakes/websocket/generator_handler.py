"""A handler that yields.

Write `await session.send(...)` for each `yield`; `@sse_mapping` is for generators.
"""

from collections.abc import AsyncIterator

from pyfly.websocket import WebSocketSession, websocket_mapping


class TickController:
    @websocket_mapping("/ticks")  # error
    async def ticks(self, session: WebSocketSession) -> AsyncIterator[str]:
        yield "tick"
