"""An event stream without `self`.

Handlers are methods: take `self` first.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error
    async def ticks() -> AsyncIterator[str]:
        yield "tick"
