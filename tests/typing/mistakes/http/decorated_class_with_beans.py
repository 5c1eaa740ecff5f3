"""An HTTP mapping on a class whose constructor takes beans.

Decorate the methods; `@request_mapping` gives a class its base path. To pyright such a class is a function like any
other, and pyrefly does not look at what a decorator makes of a class.
"""

from pyfly.web import get_mapping


class Clock: ...


@get_mapping("/time")  # error (not pyright, pyrefly)
class TimeController:
    def __init__(self, clock: Clock) -> None: ...
