"""What waits to be sent to one client: in order, bounded, and without a task as long as the client keeps up."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, final, get_args

from pyfly.websocket.crowding import Crowding
from pyfly.websocket.first_steps import take_first_step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.websocket.ports import Message

__all__ = ["DEFAULT_LIMITS", "Outbox", "OutboxLimits", "Overflow", "Recipient"]


Overflow = Literal["close", "drop_oldest", "drop_newest", "block"]
"""What happens to a client that does not keep up."""


@final
class OutboxLimits(NamedTuple):
    """How much may wait for one client: the ``outbox`` of ``@websocket_mapping``, or what the settings say.

    Attributes:
        messages: Messages that may wait.
        size: Bytes that may wait, and characters of text; what the server and the operating system hold comes on top.
        seconds: How long the first of them may wait.
        overflow: What happens when there is more: the session is closed with 1013, the oldest or the newest message is
            dropped, or whoever publishes waits. A client that takes nothing for `seconds` is closed with 1013 under
            ``block`` as well.
    """

    messages: int = 1024
    size: int = 512 * 1024
    seconds: float = 10.0
    overflow: Overflow = "close"

    def faults(self) -> dict[str, str]:
        """Return what is wrong with the bounds: what is expected of each that can never hold."""
        counts = {"messages": self.messages, "size": self.size}
        faults = {name: "it must be a whole number from 1 on" for name, count in counts.items() if not _is_count(count)}
        if not _is_time(self.seconds):
            faults["seconds"] = "it must be a number of seconds above 0"
        if self.overflow not in (known := get_args(Overflow)):
            faults["overflow"] = f"it must be one of {', '.join(map(repr, known))}"
        return faults


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 1


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and 0 < value < math.inf


DEFAULT_LIMITS: Final = OutboxLimits()


class Recipient(Protocol):
    """The session behind an outbox."""

    def taken(self) -> None:
        """Count a message that the server took."""
        ...

    def failed(self, error: Exception) -> None:
        """Take in that a message could not be sent."""
        ...

    def overflowed(self) -> None:
        """Take in that the client does not keep up."""
        ...


@final
class _Waiting:
    """A message in line.

    Attributes:
        message: What is sent.
        size: Its length in bytes.
        since: When it came, in seconds of `time.monotonic`.
        sender: Who waits for it to be sent; None for what was posted.
    """

    __slots__ = ("message", "sender", "since", "size")

    def __init__(self, message: Message, sender: asyncio.Future[None] | None) -> None:
        self.message = message
        self.size = size_of(message)
        self.since = time.monotonic()
        self.sender = sender


@final
class Outbox:
    """Sends messages one after the other, those of the handler and those that others post, in the order they came.

    A posted message that the server takes at once is sent then and there. When the server pushes back, a writer goes on
    with it and with what comes after it, and ends when nothing is left.

    Args:
        transmit: Sends one message; waits while the server pushes back.
        recipient: Who is told.
        limits: How much may wait.

    Attributes:
        dropped: How many posted messages were dropped, or given up with a client that did not keep up.
        taken: How many messages were taken out of the line.
        is_slow: Whether publishers do not wait for the client any more, until the line is empty.
    """

    __slots__ = (
        "_busy",
        "_limits",
        "_line",
        "_posted",
        "_recipient",
        "_room",
        "_size",
        "_stopped",
        "_transmit",
        "_writer",
        "dropped",
        "is_slow",
        "taken",
    )

    def __init__(
        self, transmit: Callable[[Message], Awaitable[None]], recipient: Recipient, limits: OutboxLimits
    ) -> None:
        self._transmit = transmit
        self._recipient = recipient
        self._limits = limits
        self._line: deque[_Waiting] = deque()
        self._posted = self._size = 0
        self._busy = self._stopped = False
        self._room: asyncio.Event | None = None
        self._writer: asyncio.Task[None] | None = None
        self.dropped = 0
        self.taken = 0
        self.is_slow = False

    def __len__(self) -> int:
        return len(self._line)

    async def send(self, message: Message) -> None:
        """Send a message behind all that waits, and wait until the server has taken it.

        Cancelling may lose the message, never half of it, and no other.

        Raises:
            BrokenPipeError: What waited was given up.
        """
        if self._stopped:
            raise BrokenPipeError
        if self._busy:
            await self._queue(message)
            return
        self._busy = True
        try:
            await self._transmit(message)
        finally:
            self._go_on()

    def post(self, message: Message) -> bool:
        """Send a message without waiting.

        Returns:
            Whether there was room for it; only ``block`` ever refuses.
        """
        return self._post(message, self._limits.overflow)

    def offer(self, message: Message) -> bool:
        """Send a message without waiting if there is room for it, whatever else happens where there is none."""
        return self._post(message, "block")

    def _post(self, message: Message, overflow: Overflow) -> bool:
        if self._stopped:
            return True
        if self._busy:
            return self._enqueue(message, overflow)
        rest = take_first_step(self._send_posted(message))
        if rest is not None:
            self._busy = True
            self._start_writer(rest)
        return True

    async def space(self) -> None:
        """Wait until something may be posted again."""
        if self._room is None:
            self._room = asyncio.Event()
        self._room.clear()
        await self._room.wait()

    def make_room(self) -> None:
        """Let those who wait for space look again."""
        if self._room is not None:
            self._room.set()

    def look(self) -> None:
        """See whether the first message in line has waited for too long; called from time to time."""
        if self._line and time.monotonic() - self._line[0].since > self._limits.seconds:
            self._recipient.overflowed()

    async def flush(self) -> None:
        """Wait until nothing waits to be sent."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def drain(self) -> None:
        """Wait until all is sent; what the client does not take in time is given up."""
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=self._limits.seconds)
            self.give_up()

    def give_up(self) -> None:
        """Stop, since the client does not keep up: what waits counts as dropped."""
        self.dropped += self._posted
        self.stop()

    def stop(self) -> None:
        """Give up what waits, and drop what comes; nobody will take it any more."""
        self._stopped = True
        if self._writer is not None:
            self._writer.cancel()
        for waiting in self._line:
            if waiting.sender is not None and not waiting.sender.done():
                waiting.sender.set_exception(BrokenPipeError())
        self._line.clear()
        self._posted = self._size = 0
        self.make_room()

    async def _queue(self, message: Message) -> None:
        sender: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(_Waiting(message, sender))
        await sender

    def _enqueue(self, message: Message, overflow: Overflow) -> bool:
        waiting = _Waiting(message, None)
        while not self._has_room_for(waiting):
            match overflow:
                case "block":
                    return False
                case "drop_oldest" if self._drop_oldest():
                    continue
                case "close":
                    self._recipient.overflowed()
                case _:
                    pass
            self.dropped += 1
            return True
        self._line.append(waiting)
        self._posted += 1
        self._size += waiting.size
        if overflow == "close" and not self.is_slow and self._fills(0.5):
            Crowding.here().note(self)
        return True

    @property
    def is_crowded(self) -> bool:
        """Whether what waits fills more than a quarter of it."""
        return self._fills(0.25)

    def _fills(self, share: float) -> bool:
        return self._size > share * self._limits.size or len(self._line) > share * self._limits.messages

    def _has_room_for(self, waiting: _Waiting) -> bool:
        """Tell whether a message fits; one that is larger than the bound by itself does when nothing else waits."""
        limits = self._limits
        return not self._posted or (len(self._line) < limits.messages and self._size + waiting.size <= limits.size)

    def _drop_oldest(self) -> bool:
        for index, waiting in enumerate(self._line):
            if waiting.sender is None:
                del self._line[index]
                self._posted -= 1
                self._size -= waiting.size
                self.dropped += 1
                return True
        return False

    async def _send_posted(self, message: Message) -> None:
        try:
            await self._transmit(message)
        except Exception as error:
            self._recipient.failed(error)
        else:
            self._recipient.taken()

    def _go_on(self) -> None:
        if self._line:
            self._start_writer(None)
        else:
            self._busy = False

    def _start_writer(self, started: Awaitable[None] | None) -> None:
        self._writer = asyncio.create_task(self._write(started), name="outbox")

    async def _write(self, started: Awaitable[None] | None) -> None:
        try:
            if started is not None:
                await started
            while self._line:
                await self._write_next(self._line.popleft())
        finally:
            self._busy = self.is_slow = False
            self._writer = None

    async def _write_next(self, waiting: _Waiting) -> None:
        self.taken += 1
        sender = waiting.sender
        if sender is None:
            self._posted -= 1
            self._size -= waiting.size
            self.make_room()
            await self._send_posted(waiting.message)
            return
        if sender.done():  # given up
            return
        try:
            await self._transmit(waiting.message)
        except Exception as error:
            if not sender.done():
                sender.set_exception(error)
        else:
            if not sender.done():
                sender.set_result(None)


def size_of(message: Message) -> int:
    """Return the length of a message in bytes; text counts as UTF-8."""
    text: str | None = message.get("text")
    if text is None:
        return len(message["bytes"])
    # A lone surrogate has no UTF-8; to refuse it is left to whoever writes the message.
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
