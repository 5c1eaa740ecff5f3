"""The endpoint that Prometheus scrapes, as a Starlette route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import prometheus_client

from pyfly.metrics.adapters.processes import counts_all_processes, registry_of_all_processes
from pyfly.metrics.adapters.prometheus import SessionMetrics
from pyfly.web.adapters.own_routes import OwnRoute

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from pyfly.context import ApplicationContext

__all__ = ["MetricsRegistrar"]


@final
class MetricsRegistrar:
    """Has sessions measured, and makes a Starlette route where Prometheus reads what was measured.

    Args:
        path: Where it is served.
    """

    __slots__ = ("_path",)

    def __init__(self, *, path: str = "/metrics") -> None:
        self._path = path

    def collect_routes(self, context: ApplicationContext) -> list[OwnRoute]:
        """Make `SessionMetrics` a bean, unless it is one, and return the route.

        Args:
            context: Whose sessions are measured.
        """
        if context.scope_of(SessionMetrics) is None:
            context.register(SessionMetrics, name="pyfly_session_metrics")
        return [OwnRoute(self._path, _Exposition(context), kind="Metrics", description="metrics for Prometheus")]


@final
class _Exposition:
    """Answers with the metrics in the format that is asked for."""

    __slots__ = ("_context",)

    def __init__(self, context: ApplicationContext) -> None:
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._context.ensure_started()
        metrics = await self._context.get_bean_async(SessionMetrics)
        metrics.settle()
        registry = registry_of_all_processes() if counts_all_processes() else metrics.registry
        library: Any = prometheus_client  # which types this function by half
        await library.make_asgi_app(registry)(scope, receive, send)
