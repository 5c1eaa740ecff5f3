# Generated from pyfly/metrics/__init__.py; edit that, then run: python -m tools.stubs
"""Metrics of WebSocket sessions for Prometheus."""

from pyfly.metrics.adapters.prometheus import SessionMetrics
from pyfly.metrics.adapters.starlette import MetricsRegistrar

__all__ = ["MetricsRegistrar", "SessionMetrics"]
