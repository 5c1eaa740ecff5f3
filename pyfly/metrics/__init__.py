"""Metrics of WebSocket sessions for Prometheus."""

from pyfly.errors import MissingExtraError

try:
    from pyfly.metrics.adapters.prometheus import SessionMetrics
    from pyfly.metrics.adapters.starlette import MetricsRegistrar
except ModuleNotFoundError as error:
    if error.name is None or not error.name.startswith("prometheus_client"):
        raise
    raise MissingExtraError("prometheus-client", extra="metrics", purpose="pyfly.metrics") from None

__all__ = ["MetricsRegistrar", "SessionMetrics"]
