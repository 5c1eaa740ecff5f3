# Generated from pyfly/metrics/adapters/starlette.py; edit that, then run: python -m tools.stubs
"""The endpoint that Prometheus scrapes, as a Starlette route."""

from typing import final

from pyfly.context import ApplicationContext
from pyfly.web.adapters.own_routes import OwnRoute

__all__ = ["MetricsRegistrar"]

@final
class MetricsRegistrar:
    """Has sessions measured, and makes a Starlette route where Prometheus reads what was measured.

    Args:
        path: Where it is served.
    """
    def __init__(self, *, path: str = "/metrics") -> None: ...
    def collect_routes(self, context: ApplicationContext) -> list[OwnRoute]:
        """Make `SessionMetrics` a bean, unless it is one, and return the route.

        Args:
            context: Whose sessions are measured.
        """
