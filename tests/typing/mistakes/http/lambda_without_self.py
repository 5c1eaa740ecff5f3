"""A handler that is a lambda without `self`.

Write it as a method.
"""

from pyfly.web import get_mapping


class RoomController:
    rooms = get_mapping("/rooms")(lambda: ["lobby"])  # error
