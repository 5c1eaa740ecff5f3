"""A handler that is a class method.

Handlers are methods: take `self` first. To the checkers `cls` is as good a `self` as any.
"""

from pyfly.web import get_mapping


class RoomController:
    @get_mapping("/rooms")  # error (not mypy, pyright, ty, pyrefly)
    @classmethod
    def rooms(cls) -> list[str]:
        return []
