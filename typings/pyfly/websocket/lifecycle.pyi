# Generated from pyfly/websocket/lifecycle.py; edit that, then run: python -m tools.stubs
"""Runs a handler from handshake to end: every ending gets its close code, and cleanup runs once."""

from collections.abc import Callable
from typing import final

from pyfly.events import EventPublisher
from pyfly.web.controllers import ControllerBean
from pyfly.web.endpoints import Endpoint
from pyfly.web.security.access import Access
from pyfly.websocket.additions import AddedBeans
from pyfly.websocket.descriptors import WebSocketMapping
from pyfly.websocket.metering import MeteredSession
from pyfly.websocket.open_sessions import OpenSessions
from pyfly.websocket.ports import Connection, Receive, Scope, Send
from pyfly.websocket.security.beans import AdmissionBean
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.signatures import HandlerPlan

__all__ = ["SessionLifecycle"]

@final
class SessionLifecycle:
    """All sessions of one endpoint.

    Args:
        endpoint: The handler and its path.
        controller: Gives the bean whose method is called.
        plan: What is known of the handler's parameters and messages.
        admission: Gives what decides about handshakes.
        connect: Makes a connection of what ASGI gives.
        session_type: The session class of the adapter, which makes its connection itself where it is given none.
        metered_type: The same for sessions that are measured, which are given one.
        access: What the handler requires of its user; None for nothing.
        events: Where sessions are announced; None for nowhere.
        sessions: Where sessions are kept while there are any; nowhere else by default.
        additions: Where what beans add to sessions is found; None where nothing is added.
        disconnects: What a handler may raise to say that the client has left, besides pyfly's own error.
        translate: Turns errors of the adapter's framework into pyfly's own, and returns all others as they are.
    """
    def __init__(
        self,
        endpoint: Endpoint[WebSocketMapping],
        controller: ControllerBean,
        plan: HandlerPlan,
        *,
        admission: AdmissionBean,
        connect: Callable[[Scope, Receive, Send], Connection],
        session_type: type[WebSocketSession],
        metered_type: type[MeteredSession],
        access: Access | None = None,
        events: EventPublisher | None = None,
        sessions: OpenSessions | None = None,
        additions: AddedBeans | None = None,
        disconnects: tuple[type[Exception], ...] = (),
        translate: Callable[[BaseException], BaseException] = ...,
    ) -> None: ...
    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection until its handler has ended and its cleanup has run.

        Cancelling cancels the handler; the client gets 1012, and cleanup is still carried out before this returns.
        """
