"""Tells Prometheus of WebSocket sessions."""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import TYPE_CHECKING, Final, final

from prometheus_client import REGISTRY, CollectorRegistry

from pyfly.context import ContextStarted, ContextStopping
from pyfly.events import event_listener
from pyfly.metrics.adapters.families import Families, Settled, code_label
from pyfly.metrics.adapters.processes import counts_all_processes
from pyfly.websocket import SessionClosed, SessionDenied, SessionOpened
from pyfly.websocket.metering import MeteredSession, SessionMeter

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.metrics.adapters.families import PathMetrics
    from pyfly.websocket import WebSocketSession
    from pyfly.websocket.metering import CountedConnection

__all__ = ["SessionMetrics"]

FIRST: Final = -1_000_000
"""Place among the listeners of an event: what others do must not keep it from being counted."""

SETTLE_SECONDS: Final = 5.0
"""How old the values of open sessions may be that another process reads."""


@final
class _Account:
    """What was told already of an open session.

    Args:
        session: The session.
        metrics: The values for its path.
    """

    __slots__ = (
        "_bytes_received",
        "_bytes_sent",
        "_dropped",
        "_messages_received",
        "_messages_sent",
        "_session",
        "_traffic",
        "_waiting",
        "metrics",
    )

    def __init__(self, session: WebSocketSession, metrics: PathMetrics) -> None:
        self.metrics = metrics
        self._session = session
        self._traffic: CountedConnection | None = session.traffic if isinstance(session, MeteredSession) else None
        self._messages_received = self._messages_sent = self._bytes_received = self._bytes_sent = 0
        self._dropped = self._waiting = 0

    def settle(self) -> None:
        """Tell what has happened since the last time."""
        metrics, traffic = self.metrics, self._traffic
        if traffic is not None:
            messages, size = traffic.messages_received, traffic.bytes_received
            metrics.messages_received.inc(messages - self._messages_received)
            metrics.bytes_received.inc(size - self._bytes_received)
            self._messages_received, self._bytes_received = messages, size
            messages, size = traffic.messages_sent, traffic.bytes_sent
            metrics.messages_sent.inc(messages - self._messages_sent)
            metrics.bytes_sent.inc(size - self._bytes_sent)
            self._messages_sent, self._bytes_sent = messages, size
        dropped = self._session.dropped
        metrics.dropped.inc(dropped - self._dropped)
        self._dropped = dropped
        self._tell_waiting(self._session.waiting)

    def close(self) -> None:
        """Tell the rest."""
        self.settle()
        self._tell_waiting(0)

    def _tell_waiting(self, waiting: int) -> None:
        self.metrics.waiting.inc(waiting - self._waiting)
        self._waiting = waiting


@final
class SessionMetrics(SessionMeter, Settled):
    """Metrics of an application's sessions in a registry of Prometheus' client library; a bean.

    Sessions count for themselves; what they have counted is read when the registry is, and when they close. Where
    several processes share a directory, as ``PROMETHEUS_MULTIPROC_DIR`` says, it is told every five seconds as well.

    Args:
        registry: Where the metrics are exposed: the application's ``CollectorRegistry`` bean, if there is one, else the
            library's own registry.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry: CollectorRegistry = REGISTRY if registry is None else registry
        self._families = Families.of(self.registry)
        self._open: dict[WebSocketSession, _Account] = {}
        self._lock = Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._families.before_reading(self)

    def handling(self, path_template: str) -> Callable[[float], object]:
        """Return what is called with the seconds that a handler takes over each of its messages."""
        return self._families.of_path(path_template).handler_seconds.observe

    def settle(self) -> None:
        """Tell the registry what open sessions have counted; done whenever the registry is read."""
        with self._lock:
            for account in self._open.values():
                account.settle()

    @event_listener(SessionOpened, order=FIRST)
    def opened(self, event: SessionOpened) -> None:
        """Count a session that was accepted."""
        metrics = self._families.of_path(event.path)
        with self._lock:
            self._open[event.session] = _Account(event.session, metrics)
        metrics.opened.inc()
        metrics.sessions.inc()

    @event_listener(SessionClosed, order=FIRST)
    def closed(self, event: SessionClosed) -> None:
        """Count a session that has ended, and all that it has counted."""
        with self._lock:
            account = self._open.pop(event.session, None)
            if account is not None:
                account.close()
        metrics = self._families.of_path(event.path)
        metrics.closed(code_label(event.code)).inc()
        metrics.session_seconds.observe(event.duration)
        if account is not None:
            metrics.sessions.dec()

    @event_listener(SessionDenied, order=FIRST)
    def denied(self, event: SessionDenied) -> None:
        """Count a handshake that was denied."""
        self._families.denied.labels(event.path, event.reason).inc()

    @event_listener(ContextStarted)
    def begin_to_settle(self, event: ContextStarted) -> None:
        """Settle from time to time, where another process may be the one that is asked."""
        if counts_all_processes():
            self._settle_later(asyncio.get_running_loop())

    @event_listener(ContextStopping)
    def stop_settling(self, event: ContextStopping) -> None:
        """Settle no more, and tell that no session is open."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            for account in self._open.values():
                account.close()
                account.metrics.sessions.dec()
            self._open.clear()

    def _settle_later(self, loop: asyncio.AbstractEventLoop) -> None:
        def settle() -> None:
            self._settle_later(loop)
            self.settle()

        self._timer = loop.call_later(SETTLE_SECONDS, settle)
