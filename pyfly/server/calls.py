"""Knows every request and WebSocket the application is working on, and brings them to an end at shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, final

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pyfly.draining import DrainPlan
    from pyfly.server.ports import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ApplicationCalls"]

logger: logging.Logger = logging.getLogger("pyfly.server")

LAST_WORDS_SECONDS = 2.0
"""What a cancelled handler gets to clean up before it is left behind; more than a WebSocket's farewell takes."""

ROUND_OFF_SECONDS = 0.5
"""What a client that does not read gets to take the end of a cancelled response."""


@final
class _Call:
    __slots__ = ("cancelled", "endless", "scope", "task")

    def __init__(self, scope: Scope, task: asyncio.Task[Any]) -> None:
        self.scope = scope
        self.task = task
        self.cancelled = False
        self.endless = False

    def cancel(self) -> None:
        if not self.cancelled:
            self.cancelled = True
            self.task.cancel()


@final
class ApplicationCalls:
    """The application, as a server calls it; outermost of all that wraps it.

    `SystemExit` and `KeyboardInterrupt` are errors like any other here: a request does not end the server.

    Args:
        application: What answers.
        state: The lifespan state, which every connection gets a shallow copy of.
        root_path: Prefix that a proxy stripped; it is put back in front of the path, as ASGI has it.
    """

    __slots__ = (
        "__weakref__",
        "_all_ended",
        "_application",
        "_calls",
        "_draining",
        "_finishing",
        "_root_path",
        "_state",
    )

    def __init__(self, application: ASGIApp, *, state: dict[str, Any] | None = None, root_path: str = "") -> None:
        self._application = application
        self._state = {} if state is None else state
        self._root_path = root_path
        self._calls: set[_Call] = set()
        self._all_ended = asyncio.Event()
        self._draining = self._finishing = False

    def __len__(self) -> int:
        return len(self._calls)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on to the application and remember it until the application is done."""
        if self._finishing:
            await _refuse(scope, send)
            return
        refusing: _Refusing | None = None
        if self._draining and scope["type"] == "websocket":
            send = refusing = _Refusing(scope, send)
        if self._state:
            scope["state"] = self._state.copy()
        if self._root_path:
            scope["root_path"] = self._root_path
            scope["path"] = self._root_path + scope["path"]
            if scope.get("raw_path") is not None:
                scope["raw_path"] = self._root_path.encode() + scope["raw_path"]
        task: asyncio.Task[Any] | None = asyncio.current_task()
        assert task is not None
        call = _Call(scope, task)
        self._calls.add(call)
        self._all_ended.clear()
        try:
            await self._application(scope, receive, self._noting(call, send) if scope["type"] == "http" else send)
        except (SystemExit, KeyboardInterrupt) as error:
            # Not every server would live on; all of them log an ordinary error and end the connection.
            raise RuntimeError(f"the application raised {error!r}, which ends its call only") from error
        except Exception:
            if refusing is None or not refusing.refused:
                raise
            logger.debug("A WebSocket was refused, as the server stops", exc_info=True)
        except asyncio.CancelledError:
            if not call.cancelled:
                raise
            # The server would log a traceback for a cancellation that is meant.
            task.uncancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROUND_OFF_SECONDS):
                    await _round_off(scope, send)
        finally:
            self._calls.discard(call)
            if not self._calls:
                self._all_ended.set()

    def _noting(self, call: _Call, send: Send) -> Send:
        """Notice when the answer is an event stream, which would outlast any patience."""

        def note(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start" and _is_event_stream(message):
                call.endless = True
                if self._draining:
                    call.cancel()
            return send(message)

        return note

    async def drain(self, plan: DrainPlan) -> None:
        """Cancel event streams, which would outlast any patience, batch by batch.

        Others are cancelled as soon as they turn out to be one. New WebSockets still reach the application, which can
        tell of them when it denies them; those that it would accept are refused with 503.
        """
        self._draining = True
        async for batch in plan.batches([call for call in self._calls if call.endless], seconds=plan.seconds / 2):
            for call in batch:
                call.cancel()

    async def finish(self, seconds: float, *, hurry: asyncio.Event, spent: float = 0.0) -> None:
        """Let the application end its work, and cancel what it does not end.

        New calls are refused with 503. Event streams that were not drained are cancelled at once.

        Args:
            seconds: What the rest gets before it is cancelled.
            hurry: Ends the waiting early when set.
            spent: What the drain has taken of these seconds.
        """
        self._draining = self._finishing = True
        if not self._calls:
            return
        for call in tuple(self._calls):
            if call.endless:
                call.cancel()
        logger.info("Waiting for %d open connections to end", len(self._calls))
        await self._wait(max(0.0, seconds - spent), hurry)
        if not self._calls:
            return
        late = "at once" if hurry.is_set() else "that did not end in time"
        logger.warning("Cancelling %d connections %s", len(self._calls), late)
        for call in tuple(self._calls):
            call.cancel()
        await self._wait(LAST_WORDS_SECONDS, None)
        for call in self._calls:
            logger.error("The handler of %r goes on although it was cancelled", call.scope["path"])

    async def _wait(self, seconds: float, hurry: asyncio.Event | None) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self._all_ended, hurry) if event is not None]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


@final
class _Refusing:
    """Sends for a WebSocket that came while the server drains: it may be denied, and not accepted.

    Attributes:
        refused: Whether it would have been accepted.
    """

    __slots__ = ("_scope", "_send", "refused")

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.refused = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.refused = True
            await _refuse(self._scope, self._send)
        if self.refused:
            raise BrokenPipeError("the server stops")
        await self._send(message)


def _is_event_stream(response: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.lstrip().lower().startswith(b"text/event-stream")
        for name, value in response.get("headers", ())
    )


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "http":
        await _send_unavailable(send, "http.response")
    elif "websocket.http.response" in (scope.get("extensions") or {}):
        await _send_unavailable(send, "websocket.http.response")
    else:
        await send({"type": "websocket.close", "code": 1012})


async def _send_unavailable(send: Send, prefix: str) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close"), (b"retry-after", b"1")]
    await send({"type": f"{prefix}.start", "status": 503, "headers": headers})
    await send({"type": f"{prefix}.body", "body": b""})


async def _round_off(scope: Scope, send: Send) -> None:
    """End a cancelled response the way its client can understand: as unavailable, or where it had got to."""
    if scope["type"] != "http":
        return
    try:
        await _send_unavailable(send, "http.response")
    except Exception as not_at_start:
        try:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as error:
            logger.debug("A cancelled response stays cut off: %r, %r", not_at_start, error)
