"""An option that stereotypes do not have."""

from pyfly.container import service


@service(lazy=True)  # error
class Basket: ...
