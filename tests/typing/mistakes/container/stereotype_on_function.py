"""A stereotype on a function.

To make a bean with a function, write it as a `@bean` method of a `@configuration` class.
"""

from pyfly.container import service


@service  # error
def clock() -> object:
    return object()
