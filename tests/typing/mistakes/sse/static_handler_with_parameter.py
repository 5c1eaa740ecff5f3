"""A stream that is a static method with parameters.

Streams are methods: take `self` first. To the checkers its first parameter is as good a `self` as any.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks/{pace}")  # error (not mypy, pyright, ty, pyrefly)
    @staticmethod
    async def ticks(pace: str) -> AsyncIterator[str]:
        yield pace
