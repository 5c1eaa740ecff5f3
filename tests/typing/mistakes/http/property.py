"""A handler that is a property.

Take `@property` away. pyrefly sees the function, not the property around it.
"""

from pyfly.web import get_mapping


class RoomController:
    @get_mapping("/rooms")  # error (not pyrefly)
    @property
    def rooms(self) -> list[str]:
        return []
