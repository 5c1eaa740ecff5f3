"""An event stream that is a plain generator.

Write `async def` and `yield` each event.
"""

from collections.abc import Iterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error
    def ticks(self) -> Iterator[str]:
        yield "tick"
