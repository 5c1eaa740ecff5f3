"""The members of one room in this process, and what they are sent."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING, Final, final

from pyfly.websocket.close_codes import CloseCode
from pyfly.websocket.crowding import Crowding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.websocket.ports import Message
    from pyfly.websocket.rooms.ports import Envelope
    from pyfly.websocket.session import WebSocketSession

__all__ = ["Membership"]

LONGEST_LINE: Final = 1024
"""How many messages a room holds back for members that block; those are closed when there are more."""


@final
class Membership:
    """One room in this process.

    A session may join more than once, in nested calls say; it is a member until it has left as often, and gets every
    message once.

    Args:
        name: The room's name.
    """

    __slots__ = (
        "_ahead",
        "_arrived",
        "_by_id",
        "_catching_up",
        "_delivery",
        "_full",
        "_line",
        "_members",
        "_moved",
        "_receiving",
        "name",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self._members: dict[WebSocketSession, int] = {}
        self._by_id: dict[str, WebSocketSession] = {}
        self._receiving: dict[WebSocketSession, None] = {}
        # Members whose joining has succeeded, so that it is known to others.
        self._arrived: set[WebSocketSession] = set()
        # Members that are about to be sent what they have missed, with what came meanwhile.
        self._catching_up: dict[WebSocketSession, list[Envelope]] = {}
        # Members that were sent something already which the others are still to get, up to an offset.
        self._ahead: dict[WebSocketSession, int] = {}
        # What is held back, as a member that blocks is full; the first is the one it does not take.
        self._line: deque[Envelope] = deque()
        self._full: list[WebSocketSession] = []
        self._delivery: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()

    def __len__(self) -> int:
        return len(self._members)

    @property
    def members(self) -> tuple[WebSocketSession, ...]:
        """The members in the order in which they joined."""
        return tuple(self._members)

    def add(self, session: WebSocketSession, *, catching_up: bool) -> bool:
        """Add a session; whether it is a new member.

        Args:
            session: The session.
            catching_up: Whether a new member gets nothing before `catch_up` tells what it has missed.
        """
        times = self._members.get(session, 0)
        self._members[session] = times + 1
        if times:
            return False
        session.open_outbox()
        self._by_id[session.id] = session
        if catching_up:
            self._catching_up[session] = []
        else:
            self._receive(session, 0)
        return True

    async def catch_up(self, session: WebSocketSession, missed: Iterable[Envelope], *, heard: int = 0) -> None:
        """Send a member what it has missed, what comes meanwhile, and from now on whatever comes.

        Waits while the member has no room for more, however its outbox overflows: what it has missed may be more than
        an outbox holds.

        Args:
            session: The member.
            missed: What it has missed.
            heard: The offset of the last message that it had before, which this process may still have to hear.
        """
        came = self._catching_up.get(session, [])
        sent, crowding = heard, Crowding.here()
        for envelope in chain(missed, came):  # which grows meanwhile
            crowding.count(1)
            await crowding.breathe()
            if envelope.offset > sent:
                sent = envelope.offset
                if envelope.exclude != session.id:
                    message = envelope.message
                    while session in self._catching_up and not session.offer(message):
                        await session.space()
        if self._catching_up.pop(session, None) is not None:
            self._receive(session, sent)

    def arrive(self, session: WebSocketSession) -> bool:
        """Take in that a joining has succeeded; whether the session still is a member."""
        if session not in self._members:
            return False
        self._arrived.add(session)
        return True

    def has_arrived(self, session: WebSocketSession) -> bool:
        """Tell whether a member's joining has succeeded."""
        return session in self._arrived

    def remove(self, session: WebSocketSession, *, entirely: bool = False) -> bool:
        """Remove a session once, or however often it has joined; whether it was a member and is none any more."""
        times = self._members.get(session, 0)
        if times > 1 and not entirely:
            self._members[session] = times - 1
            return False
        for known in (self._receiving, self._catching_up, self._ahead):
            known.pop(session, None)
        self._by_id.pop(session.id, None)
        self._arrived.discard(session)
        session.stop_waiting()
        return self._members.pop(session, None) is not None

    def deliver(self, envelope: Envelope) -> None:
        """Send a message to all members, each at its own pace.

        Only a member whose outbox blocks when it is full holds up what follows.
        """
        for session, came in self._catching_up.items():
            came.append(envelope)
            if len(came) > LONGEST_LINE:
                session.overflowed()
        if self._line:
            self._line.append(envelope)
            if len(self._line) > LONGEST_LINE:
                for session in self._full:
                    session.overflowed()
            return
        message = envelope.message
        full = self._post(envelope, message)
        if full:
            self._line.append(envelope)
            self._full = full
            self._delivery = asyncio.create_task(self._go_on(message), name=f"room {self.name}")

    async def passed(self, offset: int) -> None:
        """Wait while a message is held back, as a member that blocks is full."""
        while self._line and self._line[0].offset <= offset:
            await self._moved.wait()

    def close(self) -> None:
        """Hold nothing back any more."""
        if self._delivery is not None:
            self._delivery.cancel()

    def end(self) -> None:
        """Close all members, since messages were lost."""
        for session in self._members:
            session.end(CloseCode.SERVICE_RESTART, "messages were lost")

    def _post(self, envelope: Envelope, message: Message) -> list[WebSocketSession]:
        """Send a message to those who receive; those who are full."""
        left_out = self._left_out(envelope)
        if not left_out:
            return [session for session in self._receiving if not session.post(message)]
        return [session for session in self._receiving if session not in left_out and not session.post(message)]

    def _receive(self, session: WebSocketSession, sent: int) -> None:
        self._receiving[session] = None
        # What is held back was published before.
        ahead = max(sent, self._line[-1].offset if self._line else 0)
        if ahead:
            self._ahead[session] = ahead

    def _left_out(self, envelope: Envelope) -> set[WebSocketSession]:
        left_out: set[WebSocketSession] = set()
        if envelope.exclude is not None and (excluded := self._by_id.get(envelope.exclude)):
            left_out.add(excluded)
        if self._ahead:
            left_out.update(session for session, offset in self._ahead.items() if envelope.offset <= offset)
            self._ahead = {session: offset for session, offset in self._ahead.items() if envelope.offset < offset}
        return left_out

    async def _go_on(self, message: Message) -> None:
        """Deliver what is held back, as soon as those who are full take it."""
        try:
            while True:
                for session in self._full:
                    while session in self._receiving and not session.post(message):
                        await session.space()
                self._line.popleft()
                self._move()
                if not self._line:
                    return
                message = self._line[0].message
                self._full = self._post(self._line[0], message)
        finally:
            self._line.clear()
            self._full = []
            self._delivery = None
            self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
