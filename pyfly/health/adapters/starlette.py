"""Health endpoints as Starlette routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from starlette.responses import JSONResponse
from starlette.routing import Route

from pyfly.health.checks import HealthChecks, HealthStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from pyfly.context import ApplicationContext

__all__ = ["HealthRegistrar", "HealthRoute"]

_FRESH: Final = {"Cache-Control": "no-store"}


@final
class HealthRoute(Route):
    """A route that tells of an application's health; it is in no API document."""

    def __init__(self, path: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        super().__init__(path, answer, methods=["GET"], include_in_schema=False)


@final
class HealthRegistrar:
    """Builds the routes that orchestrators and load balancers ask.

    ``liveness`` below the path is answered with 200 as long as the process answers at all. The path itself and
    ``readiness`` below it are answered with 503 where no clients shall come, such as while sessions are drained.

    Args:
        path: Where they are served.
    """

    __slots__ = ("_path",)

    def __init__(self, *, path: str = "/health") -> None:
        self._path = path

    def collect_routes(self, context: ApplicationContext) -> list[HealthRoute]:
        """Return the routes for a context."""
        checks = HealthChecks(context)

        async def liveness(request: Request) -> Response:
            return JSONResponse({"status": HealthStatus.UP}, headers=_FRESH)

        async def readiness(request: Request) -> Response:
            health = await checks.readiness()
            components = {name: {"status": status} for name, status in health.components.items()}
            ready = health.status is HealthStatus.UP
            return JSONResponse(
                {"status": health.status, "components": components}, 200 if ready else 503, headers=_FRESH
            )

        return [
            HealthRoute(self._path, readiness),
            HealthRoute(f"{self._path}/liveness", liveness),
            HealthRoute(f"{self._path}/readiness", readiness),
        ]
