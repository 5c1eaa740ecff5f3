"""An HTTP mapping without parentheses.

Write `@get_mapping()`, or give it a path.
"""

from pyfly.web import get_mapping


class TimeController:
    @get_mapping  # error
    def now(self) -> str:
        return "noon"
