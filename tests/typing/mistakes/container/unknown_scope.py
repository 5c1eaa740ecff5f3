"""A scope that does not exist.

Scopes are `"singleton"`, `"session"`, `"request"` and `"transient"`.
"""

from pyfly.container import service


@service(scope="sesion")  # error
class Basket: ...
