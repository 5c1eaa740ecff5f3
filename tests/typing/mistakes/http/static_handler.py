"""An HTTP handler that is a static method.

Remove `@staticmethod`, and take `self` first.
"""

from pyfly.web import get_mapping


class TimeController:
    @get_mapping("/time")  # error
    @staticmethod
    def now() -> str:
        return "noon"
