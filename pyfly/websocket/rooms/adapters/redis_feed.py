"""What one process hears of one room: in order, without a double, and without a gap where that can be had."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, final

from pyfly.websocket.crowding import Crowding
from pyfly.websocket.rooms.adapters.redis_rooms import Head, decode_entries, decode_envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfly.websocket.rooms.adapters.redis_link import RedisLink
    from pyfly.websocket.rooms.adapters.redis_rooms import Keys
    from pyfly.websocket.rooms.ports import Envelope, Receiver

__all__ = ["Feed"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")


@final
class Feed:
    """The messages of one room while it has members in this process.

    While it is held, messages wait: they may not follow what was heard before. `catch_up` ends that.

    Args:
        room: The room's name.
        keys: Its names in Redis.
        receiver: Who gets the messages.
        ask_for_gap: Called when a message does not follow the last one; has `catch_up` called.

    Attributes:
        room: The room's name.
        keys: Its names in Redis.
        members: The members in this process.
        keep: How many messages are kept, as far as is known.
        epoch: The numbering of the last message that was heard.
        position: The offset of the last message that was heard; 0 for none, None before the first look.
        link: The connection on which the room is subscribed.
        changing: Held while the subscription changes.
    """

    __slots__ = (
        "_ask_for_gap",
        "_held",
        "_receiver",
        "changing",
        "epoch",
        "keep",
        "keys",
        "link",
        "members",
        "position",
        "room",
    )

    def __init__(self, room: str, keys: Keys, receiver: Receiver, ask_for_gap: Callable[[Feed], None]) -> None:
        self.room: str = room
        self.keys: Keys = keys
        self.members: dict[str, None] = {}
        self.keep: int = 0
        self.position: int | None = None
        self.epoch: str = ""
        self.link: RedisLink | None = None
        self.changing: asyncio.Lock = asyncio.Lock()
        self._receiver = receiver
        self._ask_for_gap = ask_for_gap
        self._held: list[Envelope] | None = []

    def hold(self) -> None:
        """Let messages wait until `catch_up`."""
        if self._held is None:
            self._held = []

    def reset(self) -> None:
        """Forget what was heard: whoever joins next has missed nothing."""
        self.link = None
        self.position = None
        self._held = []

    def hear(self, message: bytes) -> None:
        """Take a message that was published."""
        try:
            envelope = decode_envelope(self.room, message)
        except ValueError:
            logger.warning("something that is no message was published in the channel of a room")
            logger.debug("the channel is %r", self.keys.channel)  # rooms may be named by clients
            return
        self._take(envelope)

    async def catch_up(self, link: RedisLink, head: Head) -> None:
        """Deliver what was missed up to where the room stands, or tell that it is lost; then what was held.

        Args:
            link: Where to ask.
            head: Where the room stood at a time at which it was subscribed already.

        Raises:
            LinkLostError: The connection is gone.
            RedisError: Redis refuses.
        """
        self.keep = max(self.keep, head.keep)
        position = self.position
        if position is None:
            self.position = head.offset
            self.epoch = head.epoch
        elif self.keep and head.offset > position:
            await self._fill(link, position, head)
        elif self.keep and position and not head.offset:  # Redis has forgotten the room
            self._lose(head)
        await self._release()

    async def _fill(self, link: RedisLink, position: int, head: Head) -> None:
        entries = await link.send("XRANGE", self.keys.stream, f"({position}-0", "+")
        missed = decode_entries(self.room, entries)
        # A server that has forgotten the last messages goes on after an earlier one: nothing is missing then, either.
        if missed and (not position or 0 < missed[0].previous <= position):
            for envelope in missed:
                self._deliver(envelope)
                await Crowding.here().ease()
        else:
            self._lose(head)

    async def _release(self) -> None:
        """Deliver what was held, and what comes meanwhile, as fast as members take it."""
        while held := self._held:
            self._held = []
            for envelope in held:
                self._accept(envelope, filled=True)
                await Crowding.here().ease()
        self._held = None

    def _take(self, envelope: Envelope) -> None:
        if self._held is None:
            self._accept(envelope)
        else:
            self._held.append(envelope)

    def _accept(self, envelope: Envelope, *, filled: bool = False) -> None:
        position = self.position or 0
        # One that begins a new numbering follows whatever came before on this connection, also where a clock went back.
        is_new = not envelope.previous and envelope.epoch != self.epoch
        if envelope.offset <= position and not is_new:
            return
        has_gap = envelope.previous > position and position and self.keep
        if has_gap and not filled:
            self._held = [envelope]
            self._ask_for_gap(self)
            return
        if has_gap:  # which is none that can be filled
            self._lose(Head(envelope.previous, envelope.epoch, self.keep))
        self._deliver(envelope)

    def _deliver(self, envelope: Envelope) -> None:
        self.position = envelope.offset
        self.epoch = envelope.epoch
        self._receiver.deliver(envelope)

    def _lose(self, head: Head) -> None:
        logger.warning("messages of a room were lost, its members are closed")
        logger.debug("the room is %r", self.room)
        self.position = head.offset
        self.epoch = head.epoch
        self._receiver.lost(self.room)
