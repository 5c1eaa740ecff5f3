"""A handler that is a class method.

Handlers are methods: take `self` first. To ty and pyrefly `cls` is as good a `self` as any.
"""

from pyfly.web import get_mapping


class RoomController:
    @get_mapping("/rooms")  # error (not ty, pyrefly)
    @classmethod
    def rooms(cls) -> list[str]:
        return []
