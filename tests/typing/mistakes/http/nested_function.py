"""A handler inside a function.

Handlers are methods of a controller.
"""

from pyfly.web import get_mapping


def add_routes() -> None:
    @get_mapping("/rooms")  # error
    def rooms() -> list[str]:
        return []

    rooms()
