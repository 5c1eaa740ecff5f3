"""A message of a session that sends none.

`Out` is `Never`; name what the session sends instead.
"""

from typing import Never

from pyfly.websocket import WebSocketSession, websocket_mapping


class MeterController:
    @websocket_mapping("/meters")
    async def read(self, session: WebSocketSession[float, Never]) -> None:
        await session.accept()
        async for value in session:
            await session.send(value)  # error
