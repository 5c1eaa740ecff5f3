# Generated from pyfly/metrics/adapters/families.py; edit that, then run: python -m tools.stubs
"""The metrics of sessions in Prometheus' client library, and their values for one path template."""

from abc import ABC, abstractmethod
from typing import final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

__all__ = ["Families", "PathMetrics", "code_label"]

@final
class PathMetrics:
    """The values of all metrics for the sessions of one path template.

    Args:
        families: The metrics.
        path: The path template.
    """

    sessions: Gauge
    opened: Counter
    messages_received: Counter
    messages_sent: Counter
    bytes_received: Counter
    bytes_sent: Counter
    waiting: Gauge
    dropped: Counter
    handler_seconds: Histogram
    session_seconds: Histogram
    def __init__(self, families: Families, path: str) -> None: ...
    def closed(self, code: str) -> Counter:
        """Return the number of sessions that have closed with a code."""

@final
class Families:
    """The metrics of one registry. All have the label ``path``, a path template.

    Args:
        registry: Where they are exposed.
    """

    sessions: Gauge
    opened: Counter
    closed: Counter
    denied: Counter
    messages_received: Counter
    messages_sent: Counter
    bytes_received: Counter
    bytes_sent: Counter
    waiting: Gauge
    dropped: Counter
    handler_seconds: Histogram
    session_seconds: Histogram
    def __init__(self, registry: CollectorRegistry) -> None: ...
    @staticmethod
    def of(registry: CollectorRegistry) -> Families:
        """Return the metrics of a registry, which refuses to have them twice."""
    def of_path(self, path: str) -> PathMetrics:
        """Return the values for one path template."""
    def before_reading(self, settled: Settled) -> None:
        """Have something settled whenever the registry is read, for as long as it exists."""

class Settled(ABC):
    """What holds values that it has not told yet."""
    @abstractmethod
    def settle(self) -> None:
        """Tell them; called in any thread."""

def code_label(code: int) -> str:
    """Return how a close code is told: clients may choose any, and metrics must not grow by what clients choose."""
