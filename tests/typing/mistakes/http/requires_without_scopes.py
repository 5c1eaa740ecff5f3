"""`@requires` without parentheses.

Write `@requires("orders:read")` with the scopes that are needed, or `@authenticated` for any user.
"""

from pyfly.web import get_mapping, requires


class OrderController:
    @requires  # error
    @get_mapping("/orders")
    def orders(self) -> list[str]:
        return []
