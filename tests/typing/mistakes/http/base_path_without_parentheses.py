"""`@request_mapping` without parentheses.

Give it a path, or leave it out. pyrefly does not look at what a decorator makes of a class.
"""

from pyfly.web import request_mapping


@request_mapping  # error (not pyrefly)
class TimeController: ...
