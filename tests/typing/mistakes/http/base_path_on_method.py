"""`@request_mapping` on a method.

It gives a class its base path; methods have `@get_mapping` and its like.
"""

from pyfly.web import request_mapping


class TimeController:
    @request_mapping("/time")  # error
    def now(self) -> str:
        return "noon"
