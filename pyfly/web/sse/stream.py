"""One open event stream: a generator's values sent as frames until it ends or the client goes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.errors import as_exception, is_own_failure
from pyfly.web.sse.events import KEEP_ALIVE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping

__all__ = ["STREAM_HEADERS", "EventStream"]

_LOGGER: Final = logging.getLogger("pyfly.web")

STREAM_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
)
# Long enough for a generator to look something up and refuse; short enough for a client that waits for the headers.
_LATEST_OPENING: Final = 1.0
# A generator may still be closing when its request is already gone; the event loop alone would not keep it alive.
_closing: Final[set[asyncio.Task[None]]] = set()


@final
class EventStream:
    """Sends the values of an async generator as an event stream over ASGI.

    The generator runs in a task of its own from its first value to its last ``finally``. The response starts with the
    first event, or after a second without one; until then what the generator raises can still become an ordinary
    answer.

    Args:
        values: The generator; it is closed in any case.
        frame: Makes the bytes of one value; empty for nothing to send.
        receive: The request's ASGI ``receive``.
        send: The request's ASGI ``send``.
        keep_alive: Seconds of silence after which a comment is sent.
        handler: ``Controller.method``, for the log.

    Attributes:
        is_open: Whether the response has been started.
    """

    __slots__ = ("_frame", "_handler", "_keep_alive", "_last_sent", "_receive", "_send", "_turn", "_values", "is_open")

    def __init__(
        self,
        values: AsyncGenerator[Any, Any],
        *,
        frame: Callable[[Any], bytes],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
        keep_alive: float,
        handler: str,
    ) -> None:
        self._values = values
        self._frame = frame
        self._receive = receive
        self._send = send
        self._keep_alive = keep_alive
        self._handler = handler
        self._turn = asyncio.Lock()
        self._last_sent = 0.0
        self.is_open: bool = False

    async def run(self) -> None:
        """Stream until the generator ends, fails, or the client goes; the generator is closed on return.

        Cancelling closes the generator as well, and waits for it.

        Raises:
            Exception: What the generator raised before the response was started, which is logged when it comes later;
                or what the server's ``receive`` raised.
        """
        producer = asyncio.create_task(self._produce(), name=f"{self._handler} event stream")
        listener = asyncio.create_task(self._wait_for_departure(), name=f"{self._handler} departure")
        client_left = True
        try:
            client_left = await self._watch(producer, listener)
        finally:
            await _finish(producer, listener)
            error = None if producer.cancelled() else producer.exception()
            if client_left and error is not None and not isinstance(error, _ClientLeftError):
                self._log(error)
            failure = None if listener.cancelled() else listener.exception()
        if failure is not None:
            raise failure
        if client_left or isinstance(error, _ClientLeftError):
            return
        if error is not None:
            if not self.is_open:
                raise error
            self._log(error)
        await self._end()

    async def _produce(self) -> None:
        try:
            async with aclosing(self._values) as values:
                async for value in values:
                    if frame := self._frame(value):
                        await self._write(frame)
                    # Sending need not suspend: a generator that never waits would keep all others from running.
                    await asyncio.sleep(0)
        except (SystemExit, KeyboardInterrupt, asyncio.CancelledError) as error:
            if not is_own_failure(error):
                raise
            # Out of a task of its own, an exit would end the event loop, and a cancellation pass for the end.
            raise as_exception(error, source=self._handler) from error

    async def _wait_for_departure(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _watch(self, producer: asyncio.Task[None], listener: asyncio.Task[None]) -> bool:
        """Keep the stream alive; return whether the client left before the generator was through."""
        clock = asyncio.get_running_loop().time
        self._last_sent = clock()
        while True:
            patience = self._keep_alive if self.is_open else min(self._keep_alive, _LATEST_OPENING)
            silence = clock() - self._last_sent
            if silence >= patience and not self._turn.locked():
                try:
                    await self._write(KEEP_ALIVE)
                except _ClientLeftError:
                    return True
                continue
            wait = patience - silence if silence < patience else self._keep_alive
            await asyncio.wait({producer, listener}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            if producer.done():
                return False
            if listener.done():
                return True

    async def _write(self, chunk: bytes) -> None:
        # Comments and events take turns: servers and middleware expect one send at a time.
        async with self._turn:
            try:
                await self._open()
                await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            except OSError as error:
                raise _ClientLeftError from error
            self._last_sent = asyncio.get_running_loop().time()

    async def _open(self) -> None:
        if not self.is_open:
            self.is_open = True
            await self._send({"type": "http.response.start", "status": 200, "headers": list(STREAM_HEADERS)})

    async def _end(self) -> None:
        try:
            await self._open()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            return

    def _log(self, error: BaseException) -> None:
        _LOGGER.error("%s failed while its events were streamed", self._handler, exc_info=error)


class _ClientLeftError(Exception):
    """Nothing can be sent any more."""


async def _finish(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
        _closing.add(task)
        task.add_done_callback(_closing.discard)
    await asyncio.wait(tasks)
