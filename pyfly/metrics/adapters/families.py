"""The metrics of sessions in Prometheus' client library, and their values for one path template."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, final
from weakref import WeakKeyDictionary, WeakSet

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pyfly.websocket import CloseCode

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

__all__ = ["Families", "PathMetrics", "code_label"]

HANDLER_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds that a handler takes over a message."""

SESSION_BUCKETS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
"""Seconds that a session lasts."""

_REGISTERED: Final = frozenset(int(code) for code in CloseCode)


@final
class PathMetrics:
    """The values of all metrics for the sessions of one path template.

    Args:
        families: The metrics.
        path: The path template.
    """

    __slots__ = (
        "_closed",
        "_path",
        "bytes_received",
        "bytes_sent",
        "dropped",
        "handler_seconds",
        "messages_received",
        "messages_sent",
        "opened",
        "session_seconds",
        "sessions",
        "waiting",
    )

    def __init__(self, families: Families, path: str) -> None:
        self._path = path
        self._closed = families.closed
        self.sessions: Gauge = families.sessions.labels(path)
        self.opened: Counter = families.opened.labels(path)
        self.messages_received: Counter = families.messages_received.labels(path)
        self.messages_sent: Counter = families.messages_sent.labels(path)
        self.bytes_received: Counter = families.bytes_received.labels(path)
        self.bytes_sent: Counter = families.bytes_sent.labels(path)
        self.waiting: Gauge = families.waiting.labels(path)
        self.dropped: Counter = families.dropped.labels(path)
        self.handler_seconds: Histogram = families.handler_seconds.labels(path)
        self.session_seconds: Histogram = families.session_seconds.labels(path)

    def closed(self, code: str) -> Counter:
        """Return the number of sessions that have closed with a code."""
        return self._closed.labels(self._path, code)


@final
class Families:
    """The metrics of one registry. All have the label ``path``, a path template.

    Args:
        registry: Where they are exposed.
    """

    __slots__ = (
        "__weakref__",
        "_paths",
        "_settled",
        "bytes_received",
        "bytes_sent",
        "closed",
        "denied",
        "dropped",
        "handler_seconds",
        "messages_received",
        "messages_sent",
        "opened",
        "session_seconds",
        "sessions",
        "waiting",
    )

    def __init__(self, registry: CollectorRegistry) -> None:
        self._paths: dict[str, PathMetrics] = {}
        self._settled: WeakSet[Settled] = WeakSet()
        # Registered before the metrics, and so asked before them.
        registry.register(_BeforeReading(self._settled))

        def counter(name: str, documentation: str, *labels: str) -> Counter:
            return Counter(f"pyfly_websocket_{name}", documentation, ("path", *labels), registry=registry)

        def gauge(name: str, documentation: str) -> Gauge:
            return Gauge(
                f"pyfly_websocket_{name}", documentation, ("path",), registry=registry, multiprocess_mode="livesum"
            )

        def histogram(name: str, documentation: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"pyfly_websocket_{name}", documentation, ("path",), registry=registry, buckets=buckets)

        self.sessions: Gauge = gauge("sessions", "WebSocket sessions that are open")
        self.opened: Counter = counter("sessions_opened", "WebSocket sessions that were accepted")
        self.closed: Counter = counter("sessions_closed", "WebSocket sessions that have ended, by close code", "code")
        self.denied: Counter = counter(
            "handshakes_denied", "WebSocket handshakes that were denied, by reason", "reason"
        )
        self.messages_received: Counter = counter("messages_received", "Messages that came from clients")
        self.messages_sent: Counter = counter("messages_sent", "Messages that went to clients")
        self.bytes_received: Counter = counter("received_bytes", "Bytes of messages that came from clients")
        self.bytes_sent: Counter = counter("sent_bytes", "Bytes of messages that went to clients")
        self.waiting: Gauge = gauge("outbox_messages", "Messages that wait for clients to take them")
        self.dropped: Counter = counter("messages_dropped", "Messages that were dropped, as clients did not keep up")
        self.handler_seconds: Histogram = histogram(
            "handler_seconds", "Seconds from a message's receipt until the handler asks for the next", HANDLER_BUCKETS
        )
        self.session_seconds: Histogram = histogram("session_seconds", "Seconds that sessions lasted", SESSION_BUCKETS)

    @staticmethod
    def of(registry: CollectorRegistry) -> Families:
        """Return the metrics of a registry, which refuses to have them twice."""
        families = _of_registries.get(registry)
        if families is None:
            families = _of_registries[registry] = Families(registry)
        return families

    def of_path(self, path: str) -> PathMetrics:
        """Return the values for one path template."""
        metrics = self._paths.get(path)
        if metrics is None:
            metrics = self._paths[path] = PathMetrics(self, path)
        return metrics

    def before_reading(self, settled: Settled) -> None:
        """Have something settled whenever the registry is read, for as long as it exists."""
        self._settled.add(settled)


class Settled(ABC):
    """What holds values that it has not told yet."""

    __slots__ = ("__weakref__",)

    @abstractmethod
    def settle(self) -> None:
        """Tell them; called in any thread."""


@final
class _BeforeReading:
    """A collector without metrics, which is asked whenever its registry is read."""

    __slots__ = ("_settled",)

    def __init__(self, settled: WeakSet[Settled]) -> None:
        self._settled = settled

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        for settled in tuple(self._settled):
            settled.settle()
        return []


def code_label(code: int) -> str:
    """Return how a close code is told: clients may choose any, and metrics must not grow by what clients choose."""
    if code in _REGISTERED:
        return str(code)
    return f"{code // 1000}xxx" if 3000 <= code <= 4999 else "other"


_of_registries: WeakKeyDictionary[CollectorRegistry, Families] = WeakKeyDictionary()
