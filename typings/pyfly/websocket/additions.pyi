# Generated from pyfly/websocket/additions.py; edit that, then run: python -m tools.stubs
"""What an application's beans add to all its sessions; most add nothing."""

from typing import Any, final

from pyfly.context import ApplicationContext
from pyfly.websocket.interceptors import SessionInterceptor
from pyfly.websocket.metering import MeteredSession, SessionMeter
from pyfly.websocket.ports import Connection
from pyfly.websocket.session import WebSocketSession

__all__ = ["AddedBeans", "SessionAdditions", "register_additions"]

@final
class SessionAdditions:
    """The beans that sessions are made with.

    Args:
        interceptors: See every message.
        meter: Measures sessions.
    """
    def __init__(self, interceptors: list[SessionInterceptor], meter: SessionMeter | None = None) -> None: ...
    def __bool__(self) -> bool: ...
    def make_session(
        self,
        connection: Connection,
        path_template: str,
        *,
        plain: type[WebSocketSession],
        metered: type[MeteredSession],
        **options: Any,
    ) -> WebSocketSession:
        """Return a session with all that is added to it.

        Args:
            connection: What to speak through.
            path_template: The path of the handler that serves it.
            plain: The class of a session that is not measured.
            metered: The class of one that is.
            **options: Further arguments of the session.
        """

@final
class AddedBeans:
    """Where a lifecycle finds the additions.

    Args:
        context: Holds them.
    """
    def __init__(self, context: ApplicationContext) -> None: ...
    @property
    def ready(self) -> SessionAdditions | None:
        """The additions where they are made already, else None: then `find` makes them."""
    async def find(self) -> SessionAdditions:
        """Return the additions, which are made at the first session where no start has made them."""

def register_additions(context: ApplicationContext) -> None:
    """Make the additions a bean."""
