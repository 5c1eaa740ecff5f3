# Generated from pyfly/websocket/open_sessions.py; edit that, then run: python -m tools.stubs
"""The sessions that an application has at the moment, and their common end."""

from collections.abc import Iterator
from typing import final

from pyfly.draining import DrainPlan
from pyfly.websocket.attention import Attention
from pyfly.websocket.session import WebSocketSession

__all__ = ["OpenSessions"]

@final
class OpenSessions:
    """The sessions of one application, from the handshake until `on_disconnect` has run.

    Iterating goes over those there are at that moment, and bears that some end meanwhile.
    """
    def __init__(self) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[WebSocketSession]: ...
    def __contains__(self, session: object) -> bool: ...
    @property
    def draining(self) -> bool:
        """Whether the sessions are being ended, and no new ones are to be let in."""
    def add(self, session: WebSocketSession) -> Attention | None:
        """Take in a session, at its handshake.

        Returns:
            What looks at the sessions of the event loop; None where no new ones are to be let in.
        """
    def discard(self, session: WebSocketSession) -> None:
        """Forget a session, after its `on_disconnect`."""
    async def drain(self, plan: DrainPlan) -> None:
        """End the sessions of the running event loop, each after the message that its handler is on.

        Returns when `on_disconnect` has run for all of them, or the time is over. Those whose handlers are still on
        their message shortly before that are closed nevertheless, again in batches. Cancelling closes all at once.
        """
