"""A status code that is no number."""

from pyfly.web import post_mapping


class TimeController:
    @post_mapping("/time", status_code="201")  # error
    async def set(self) -> None: ...
