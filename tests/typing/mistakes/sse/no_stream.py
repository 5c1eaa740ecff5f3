"""An event stream that returns its events.

`yield` each event.
"""

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error
    async def ticks(self) -> list[str]:
        return ["tick"]
