"""A stream that is a class method.

Streams are methods: take `self` first. To the checkers `cls` is as good a `self` as any.
"""

from collections.abc import AsyncIterator

from pyfly.web.sse import sse_mapping


class TickController:
    @sse_mapping("/ticks")  # error (not mypy, pyright, ty, pyrefly)
    @classmethod
    async def ticks(cls) -> AsyncIterator[str]:
        yield "tick"
