"""An HTTP mapping on a class.

Decorate the methods; `@request_mapping` gives a class its base path. pyrefly does not look at what a decorator makes of
a class.
"""

from pyfly.web import get_mapping


@get_mapping("/time")  # error (not pyrefly)
class TimeController:
    def now(self) -> str:
        return "noon"
