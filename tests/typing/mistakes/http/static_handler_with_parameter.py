"""A handler that is a static method with parameters.

Handlers are methods: take `self` first. To the checkers its first parameter is as good a `self` as any.
"""

from pyfly.web import get_mapping


class RoomController:
    @get_mapping("/rooms/{room_id}")  # error (not mypy, pyright, ty, pyrefly)
    @staticmethod
    def room(room_id: str) -> str:
        return room_id
