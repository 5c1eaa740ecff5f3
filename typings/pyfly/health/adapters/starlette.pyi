# Generated from pyfly/health/adapters/starlette.py; edit that, then run: python -m tools.stubs
"""Health endpoints as Starlette routes."""

from collections.abc import Awaitable, Callable
from typing import final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pyfly.context import ApplicationContext

__all__ = ["HealthRegistrar", "HealthRoute"]

@final
class HealthRoute(Route):
    """A route that tells of an application's health; it is in no API document."""
    def __init__(self, path: str, answer: Callable[[Request], Awaitable[Response]]) -> None: ...

@final
class HealthRegistrar:
    """Builds the routes that orchestrators and load balancers ask.

    ``liveness`` below the path is answered with 200 as long as the process answers at all. The path itself and
    ``readiness`` below it are answered with 503 where no clients shall come, such as while sessions are drained.

    Args:
        path: Where they are served.
    """
    def __init__(self, *, path: str = "/health") -> None: ...
    def collect_routes(self, context: ApplicationContext) -> list[HealthRoute]:
        """Return the routes for a context."""
