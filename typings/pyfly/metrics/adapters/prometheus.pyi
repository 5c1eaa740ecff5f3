# Generated from pyfly/metrics/adapters/prometheus.py; edit that, then run: python -m tools.stubs
"""Tells Prometheus of WebSocket sessions."""

from collections.abc import Callable
from typing import Final, final

from prometheus_client import CollectorRegistry

from pyfly.context import ContextStarted, ContextStopping
from pyfly.events import event_listener
from pyfly.metrics.adapters.families import Settled
from pyfly.websocket import SessionClosed, SessionDenied, SessionOpened
from pyfly.websocket.metering import SessionMeter

__all__ = ["SessionMetrics"]

FIRST: Final = -1000000
"""Place among the listeners of an event: what others do must not keep it from being counted."""

@final
class SessionMetrics(SessionMeter, Settled):
    """Metrics of an application's sessions in a registry of Prometheus' client library; a bean.

    Sessions count for themselves; what they have counted is read when the registry is, and when they close. Where
    several processes share a directory, as ``PROMETHEUS_MULTIPROC_DIR`` says, it is told every five seconds as well.

    Args:
        registry: Where the metrics are exposed: the application's ``CollectorRegistry`` bean, if there is one, else the
            library's own registry.
    """

    registry: CollectorRegistry
    def __init__(self, registry: CollectorRegistry | None = None) -> None: ...
    def handling(self, path_template: str) -> Callable[[float], object]:
        """Return what is called with the seconds that a handler takes over each of its messages."""
    def settle(self) -> None:
        """Tell the registry what open sessions have counted; done whenever the registry is read."""
    @event_listener(SessionOpened, order=FIRST)
    def opened(self, event: SessionOpened) -> None:
        """Count a session that was accepted."""
    @event_listener(SessionClosed, order=FIRST)
    def closed(self, event: SessionClosed) -> None:
        """Count a session that has ended, and all that it has counted."""
    @event_listener(SessionDenied, order=FIRST)
    def denied(self, event: SessionDenied) -> None:
        """Count a handshake that was denied."""
    @event_listener(ContextStarted)
    def begin_to_settle(self, event: ContextStarted) -> None:
        """Settle from time to time, where another process may be the one that is asked."""
    @event_listener(ContextStopping)
    def stop_settling(self, event: ContextStopping) -> None:
        """Settle no more, and tell that no session is open."""
