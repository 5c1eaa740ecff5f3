"""A stream that is a property.

Take `@property` away. pyrefly sees the function, not the property around it.
"""

from collections.abc import AsyncIterable

from pyfly.web.sse import sse_mapping


class TickController:
    ticker: AsyncIterable[str]

    @sse_mapping("/ticks")  # error (not pyrefly)
    @property
    def ticks(self) -> AsyncIterable[str]:
        return self.ticker
