"""An HTTP handler without `self`.

Handlers are methods: take `self` first.
"""

from pyfly.web import post_mapping


class TimeController:
    @post_mapping("/time")  # error
    async def set() -> None: ...
