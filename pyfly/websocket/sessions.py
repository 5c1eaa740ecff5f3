"""The sessions that are open now, for whoever looks after them: counted, listed, found, closed, told something."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Never, TypeAlias, final

from pyfly.websocket.close_codes import CloseCode, checked_close_code, legal_reason
from pyfly.websocket.crowding import Crowding
from pyfly.websocket.messages import codec_for
from pyfly.websocket.open_sessions import OpenSessions  # noqa: TC001  # the container reads it
from pyfly.websocket.session import WebSocketSession
from pyfly.websocket.session_core import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfly.websocket.messages import FrameKind
    from pyfly.websocket.ports import Message

__all__ = ["SessionSnapshot", "Sessions"]

Condition: TypeAlias = Callable[[WebSocketSession], bool]
"""Tells whether a session is meant."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSnapshot:
    """What a session was like at one moment.

    Attributes:
        id: Its random identifier.
        path_template: The full path template of its handler.
        user: Who the client is, or None.
        client: Address and port of the client, or None when the server does not tell.
        opened_at: When the handshake was accepted, in UTC.
        seconds: How long that was ago.
        received: Messages received.
        sent: Messages sent.
        waiting: Messages that wait for the client to take them.
        dropped: Messages that were dropped, as the client did not keep up.
    """

    id: str
    path_template: str
    user: Any
    client: tuple[str, int] | None
    opened_at: datetime
    seconds: float
    received: int
    sent: int
    waiting: int
    dropped: int


@final
class Sessions:
    """The open sessions of this process; a bean that can be injected.

    A session is open from its `accept` until it closes or its client leaves. Conditions are functions that take a
    session and tell whether it is meant.

    Args:
        open_sessions: All sessions of the application.
    """

    __slots__ = ("_all",)

    def __init__(self, open_sessions: OpenSessions) -> None:
        self._all = open_sessions

    def __iter__(self) -> Iterator[WebSocketSession]:
        """Iterate over the sessions that are open at this moment, the oldest first; they may end meanwhile."""
        return iter(self.where())

    def where(self, condition: Condition | None = None) -> tuple[WebSocketSession, ...]:
        """Return the open sessions that meet a condition; all without one."""
        return tuple(
            session
            for session in self._all
            if session.state is SessionState.OPEN and (condition is None or condition(session))
        )

    def count(self, condition: Condition | None = None) -> int:
        """Return how many open sessions meet a condition; how many there are without one."""
        return len(self.where(condition))

    def snapshots(self, condition: Condition | None = None) -> tuple[SessionSnapshot, ...]:
        """Return what the open sessions that meet a condition are like at this moment, the oldest first."""
        return tuple(_snapshot(session) for session in self.where(condition))

    def get(self, session_id: str) -> WebSocketSession | None:
        """Return the open session of an id, or None."""
        found = self.where(lambda session: session.id == session_id)
        return found[0] if found else None

    def of_user(self, user: object) -> tuple[WebSocketSession, ...]:
        """Return the open sessions whose `user` is equal to a user; a user may have several."""
        return self.where(lambda session: session.user == user)

    def close(self, condition: Condition, *, code: int = CloseCode.NORMAL, reason: str = "") -> int:
        """Close the open sessions that meet a condition, and wait for none of them.

        Their handlers end as if the clients had left. What waits for a client that does not keep up is given up.

        Args:
            condition: Which sessions to close.
            code: A close code that may be sent: see `CloseCode`, or 3000 to 4999 for your own.
            reason: A short explanation; cut to the 123 bytes of UTF-8 that a close frame holds.

        Returns:
            How many were closed.

        Raises:
            ValueError: The close code may not be sent (RFC 6455, section 7.4).
        """
        code, reason = checked_close_code(code), legal_reason(reason)
        closed = self.where(condition)
        for session in closed:
            session.end(code, reason)
        return len(closed)

    async def broadcast(
        self,
        message: Any,
        message_type: Any = Any,
        *,
        condition: Condition | None = None,
        frames: FrameKind = "text",
    ) -> int:
        """Send a message to the open sessions that meet a condition; to all without one.

        It is encoded once, and keeps its place among what handlers and rooms send. Clients that do not keep up delay
        neither the others nor, save those with ``overflow="block"``, the caller: what happens to them is said by their
        `OutboxLimits`.

        Cancelling leaves out those that were not reached yet.

        Args:
            message: The message: text, bytes, or what becomes JSON.
            message_type: Its type, by which it is encoded; by what it is by default.
            condition: Which sessions to send it to.
            frames: The kind of frame that carries JSON.

        Returns:
            How many sessions it was sent to.

        Raises:
            MessageTypeError: The type can never be sent.
            TypeError: The message is not of the type.
            PydanticSerializationError: It holds something that has no JSON form.
        """
        frame = codec_for(Never, message_type, frames=frames).encode(message)
        reached, crowding = 0, Crowding.here()
        await crowding.ease()
        full: list[WebSocketSession] = []
        for session in self.where(condition):
            if session.state is not SessionState.OPEN:  # it has ended since
                continue
            session.open_outbox()
            if not session.post(frame):
                full.append(session)
            reached += 1
            crowding.count(1)
            await crowding.breathe()
        if full:
            async with asyncio.TaskGroup() as group:
                for session in full:
                    group.create_task(_post_in_time(session, frame), name="broadcast")
        return reached


async def _post_in_time(session: WebSocketSession, frame: Message) -> None:
    """Send a message to a client that blocks, as soon as there is room for it."""
    while not session.post(frame):
        await session.space()


def _snapshot(session: WebSocketSession) -> SessionSnapshot:
    seconds = time.monotonic() - (session.opened_at or 0.0)
    return SessionSnapshot(
        id=session.id,
        path_template=session.path_template,
        user=session.user,
        client=session.client,
        opened_at=datetime.now(UTC) - timedelta(seconds=seconds),
        seconds=seconds,
        received=session.received,
        sent=session.sent,
        waiting=session.waiting,
        dropped=session.dropped,
    )
