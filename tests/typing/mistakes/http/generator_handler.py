"""A handler that yields.

Map it with `@sse_mapping`, or return a `StreamingResponse` around the generator. A handler may return what it likes, so
no type tells a generator from an answer.
"""

from collections.abc import Iterator

from pyfly.container import rest_controller
from pyfly.web import get_mapping


@rest_controller
class RoomController:
    @get_mapping("/rooms")  # error (not mypy, pyright, ty, pyrefly)
    def rooms(self) -> Iterator[str]:
        yield "lobby"
