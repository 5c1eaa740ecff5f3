"""`@sse_mapping` on a class.

Decorate the methods; `@request_mapping` gives a class its base path. pyrefly does not look at what a decorator makes of
a class.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


@sse_mapping("/ticks")  # error (not pyrefly)
class TickController:
    async def ticks(self) -> AsyncIterator[str]:
        yield "tick"
