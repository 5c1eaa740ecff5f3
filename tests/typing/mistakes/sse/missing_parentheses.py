"""`@sse_mapping` without parentheses.

Write `@sse_mapping()`, or give it a path.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping  # error
    async def ticks(self) -> AsyncIterator[str]:
        yield "tick"
