"""An event stream that is a static method.

Remove `@staticmethod`, and take `self` first.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error
    @staticmethod
    async def ticks() -> AsyncIterator[str]:
        yield "tick"
