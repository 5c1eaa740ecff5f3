# Generated from pyfly/websocket/attended.py; edit that, then run: python -m tools.stubs
"""Sessions that a handler runs for: read for when it waits elsewhere, and its end when the client has gone."""

from typing import Any, Final

from pyfly.websocket.session_core import SessionCore

__all__ = ["PATIENCE_SECONDS", "STALL_SECONDS", "AttendedSession"]

PATIENCE_SECONDS: Final = 10.0
"""The same where the client left messages to receive, or the handler may know of the end by a task of its own."""

STALL_SECONDS: Final = 30.0
"""How long an inbox may be full: whether its client is still there cannot be told."""

class AttendedSession(SessionCore):
    """What a session does for, and to, the handler that runs for it.

    While the handler waits for something else than a message, an inbox stands between it and the connection. When the
    session has ended, and the handler does not notice, it is cancelled; one that knows, since it was told or has ended
    the session itself, is left alone.
    """
    def __init_subclass__(cls, **options: Any) -> None:
        """Note which coroutines of the class receive one message; it may have its own for any of them."""
