"""Listens for a session whose handler does not."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol, final

from pyfly.websocket.close_codes import CloseCode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pyfly.websocket.ports import Message

__all__ = ["INBOX_BYTES", "INBOX_MESSAGES", "Listener", "ReadAhead"]

logger: logging.Logger = logging.getLogger("pyfly.websocket")

INBOX_MESSAGES: Final = 64
"""How many messages are read ahead; Granian and Hypercorn answer a ping only when what lies before it has been read."""

INBOX_BYTES: Final = 1024 * 1024
"""How many bytes or characters are read ahead; the message that passes the bound is still taken."""


class Listener(Protocol):
    """Who is told what was read."""

    def departed(self, message: Message) -> None:
        """Take in that the client has gone; called once."""
        ...

    def caught_up(self) -> None:
        """Take in that nothing lies between handler and connection any more; the reader has ended."""
        ...


@final
class ReadAhead:
    """One reader, and the bounded inbox between it and the handler.

    The reader ends as soon as the handler waits for the very message that comes next, so that a session pays for it
    only while nobody listens. A full inbox is not added to: then the server, and so the client, has to wait.

    Args:
        receive: Where messages come from.
        listener: Who is told.
        discard: Whether messages are passed over, for a handler that takes none.

    Attributes:
        discards: Whether messages are passed over.
        left: Whether the client has gone.
    """

    __slots__ = (
        "_ending",
        "_listener",
        "_messages",
        "_receive",
        "_room",
        "_size",
        "_task",
        "_waiting",
        "discards",
        "left",
    )

    def __init__(self, receive: Callable[[], Awaitable[Message]], listener: Listener, *, discard: bool = False) -> None:
        self._receive = receive
        self._listener = listener
        self.discards: bool = discard
        self.left: bool = False
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._room = asyncio.Event()
        self._size = self._waiting = 0
        self._ending: Message | None = None
        self._task = asyncio.create_task(self._read(), name="read ahead")

    @property
    def unread(self) -> int:
        """How many messages wait for the handler."""
        return self._messages.qsize()

    @property
    def is_full(self) -> bool:
        """Whether nothing more is read until something is received."""
        return self._messages.qsize() >= INBOX_MESSAGES or self._size >= INBOX_BYTES

    async def get(self) -> Message:
        """Return the next message, the session's end last; waits for it. Cancelling loses no message."""
        if self._ending is not None and self._messages.empty():
            return self._ending
        self._waiting += 1
        try:
            message = await self._messages.get()
        finally:
            self._waiting -= 1
        self._size -= _size_of(message)
        if not self.is_full:
            self._room.set()
        if self._ending is None and self._task.done() and self._messages.empty():
            self._listener.caught_up()
        return message

    def resume(self) -> None:
        """Read on, where the message that ended the reader was not taken after all."""
        if self._ending is None and self._task.done():
            self._task = asyncio.create_task(self._read(), name="read ahead")

    def conclude(self, message: Message) -> None:
        """End the reader: what lies in the inbox is still received, and after it this message."""
        self._task.cancel()
        if self._ending is None:
            self._end(message)

    def stop(self) -> None:
        """End the reader."""
        self._task.cancel()

    async def _read(self) -> None:
        while (message := await self._next())["type"] != "websocket.disconnect":
            if self.discards:
                continue
            awaited = self._waiting == 1 and self._messages.empty()
            self._size += _size_of(message)
            self._messages.put_nowait(message)
            if awaited:
                return
            while self.is_full:
                self._room.clear()
                await self._room.wait()
        self.left = True
        self._end(message)
        self._listener.departed(message)

    def _end(self, message: Message) -> None:
        self._ending = message
        for _ in range(self._waiting):
            self._messages.put_nowait(message)

    async def _next(self) -> Message:
        try:
            return await self._receive()
        except Exception as error:
            # Servers and middlewares have their own ways to say that nothing more will come.
            logger.debug("Reading ahead ended: %r", error)
            return {"type": "websocket.disconnect", "code": CloseCode.ABNORMAL}


def _size_of(message: Message) -> int:
    return len(message.get("text") or message.get("bytes") or "")
