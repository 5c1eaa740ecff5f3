"""A session given to a method that has `In` and `Out` the wrong way round.

`In` is what the server receives, and comes first.
"""

from pyfly.websocket import WebSocketSession, websocket_mapping


class LengthController:
    @websocket_mapping("/lengths")
    async def lengths(self, session: WebSocketSession[str, int]) -> None:
        await session.accept()
        await self.answer(session)  # error

    async def answer(self, session: WebSocketSession[int, str]) -> None: ...
