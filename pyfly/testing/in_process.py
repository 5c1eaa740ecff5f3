"""A WebSocket connection to an application in this event loop, as a server would carry it."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, final

from pyfly.errors import is_own_failure
from pyfly.testing.asgi import decoded_headers, frame_of, scope_of
from pyfly.testing.errors import ClientTimeout, HandlerFailed, HandshakeDenied
from pyfly.testing.messages import Closing, Opened, Situation
from pyfly.testing.whereabouts import Whereabouts
from pyfly.websocket.failures import watching_failures

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, MutableMapping

    from pyfly.server.ports import ASGIApp
    from pyfly.testing.messages import Call, Frame

__all__ = ["InProcessTransport", "in_process"]

LINGER_SECONDS: Final = 0.5
"""How long a handler may go on by itself after its client has left at the end of a block."""
UNREAD_BYTES: Final = 1 << 20
"""How much a client may leave unread before the application's `send` waits, as with a server's buffers."""
FRAME_OVERHEAD: Final = 64
"""What a frame counts for besides its content, so that empty ones fill the buffer as well."""

_LONGER: Final = "give it longer with timeout=... if it only needs time"
_ABNORMAL: Final = 1006


@asynccontextmanager
async def in_process(
    app: ASGIApp, call: Call, *, state: Mapping[str, Any], seconds: float
) -> AsyncGenerator[InProcessTransport]:
    """Open a connection, and end it with the block.

    At the end of the block the client leaves with 1000. A handler that goes on all the same is cancelled, as by a
    server that stops.

    Args:
        app: The application.
        call: What to open.
        state: What the application put into its lifespan state.
        seconds: How long until the handshake has to be answered, and until a cancelled handler has to end.

    Raises:
        HandshakeDenied: It was refused.
        ClientTimeout: It was not answered, or the handler ends by no means.
        HandlerFailed: The handler failed, and the block ended without an error and without noticing.
    """
    transport = InProcessTransport(app, call, state)
    try:
        await transport.open(seconds)
        yield transport
        await transport.leave(seconds)
    except BaseException as error:
        await transport.abandon(seconds)
        if (failure := transport.unseen_failure()) is not None:
            error.add_note(str(HandlerFailed(call.label, failure)))
        raise
    await transport.abandon(seconds)
    if (failure := transport.unseen_failure()) is not None:
        raise HandlerFailed(call.label, failure) from failure


@final
class InProcessTransport:
    """One connection between a test and a task that runs the application.

    Args:
        app: The application.
        call: What to open.
        state: What the application put into its lifespan state.
    """

    def __init__(self, app: ASGIApp, call: Call, state: Mapping[str, Any]) -> None:
        self._app = app
        self._call = call
        self._scope = scope_of(call, state)
        self._task: asyncio.Task[None] | None = None
        self._failures: list[BaseException] = []
        self._change = _Change()
        self._turn = asyncio.Lock()
        self._to_app: deque[MutableMapping[str, Any]] = deque([{"type": "websocket.connect"}])
        self._to_client: deque[Frame] = deque()
        self._unread = 0
        self._answer: asyncio.Future[Opened] = asyncio.get_running_loop().create_future()
        self._denial: tuple[int, list[tuple[str, str]]] | None = None
        self._denial_body = b""
        self._closing: Closing | None = None
        self._sent_by_app = 0
        self._sent_by_client = 0
        self._first_was_seen = False

    @property
    def opened(self) -> Opened:
        """The answer that accepted the handshake."""
        return self._answer.result()

    @property
    def closing(self) -> Closing | None:
        """How the session ended, whoever ended it; None while it is open."""
        return self._closing

    def tell_failure(self) -> BaseException | None:
        """Return what the handler or its cleanup raised first, for the test to see."""
        if not self._failures:
            return None
        self._first_was_seen = True
        return self._failures[0]

    def unseen_failure(self) -> BaseException | None:
        """Return the first failure that the test has not been told of."""
        return next(iter(self._failures[1:] if self._first_was_seen else self._failures), None)

    async def open(self, seconds: float) -> None:
        """Start the application's task, and wait for its answer to the handshake.

        Raises:
            HandshakeDenied: It was refused.
            ClientTimeout: It was not answered.
        """
        self._task = asyncio.create_task(self._run(), name=f"{self._call.label} for a test")
        await asyncio.wait({self._answer}, timeout=seconds)
        if not self._answer.done():
            raise ClientTimeout(
                "the handshake to be answered",
                seconds=seconds,
                state=self.situation().state,
                mend="accept it or refuse it: await session.accept(), session.deny()",
            )
        try:
            self._answer.result()
        except HandshakeDenied as denied:
            await asyncio.wait({self._task}, timeout=seconds)
            raise denied from self.tell_failure()

    async def receive(self) -> Frame | Closing:
        """Wait for the next frame; once all are read, it is the ending, again and again."""
        async with self._turn:  # who waits first receives first
            while not self._to_client:
                if self._closing is not None:
                    return self._closing
                await self._change.wait()
            frame = self._to_client.popleft()
        self._unread -= len(frame) + FRAME_OVERHEAD
        self._change.notify()
        return frame

    async def send(self, frame: Frame) -> None:
        """Send a frame; after the session's end it is dropped."""
        if self._closing is None:
            self._sent_by_client += 1
            kind = "text" if isinstance(frame, str) else "bytes"
            self._to_app.append({"type": "websocket.receive", kind: frame})
            self._change.notify()
        await asyncio.sleep(0)

    async def close(self, closing: Closing) -> None:
        """Send a close frame, unless the session has ended."""
        self._end(closing)
        await asyncio.sleep(0)

    async def vanish(self) -> None:
        """Go without a close frame."""
        self._end(Closing(_ABNORMAL))
        await asyncio.sleep(0)

    async def wait_ended(self) -> None:
        """Wait until the handler has ended and its cleanup has run."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def leave(self, seconds: float) -> None:
        """Leave politely, and give the handler a moment to end by itself."""
        await self.close(Closing(1000))
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=min(LINGER_SECONDS, seconds))

    async def abandon(self, seconds: float) -> None:
        """Cancel the handler where it has not ended, and wait until it has.

        Raises:
            ClientTimeout: It does not end.
        """
        task = self._task
        if task is None or task.done():
            return
        self._end(Closing(_ABNORMAL))
        task.cancel()
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            raise ClientTimeout(
                f"{self._call.label} to end after it was cancelled",
                seconds=seconds,
                state=self.situation().state,
                mend="let asyncio.CancelledError through",
            )

    def situation(self) -> Situation:
        """Return what the session is about."""
        if self._closing is not None:
            session = f"the session has ended with {self._closing}"
        elif self._answer.done():
            session = (
                f"the session is open at {self._call.request.target} "
                f"({self._sent_by_client} messages sent to it, {self._sent_by_app} by it)"
            )
        else:
            session = f"the handshake at {self._call.request.target} is not answered"
        where = None if self._task is None else Whereabouts.of(self._task)
        at = "" if where is None else f" at {where}"
        if where is not None and where.receives:
            return Situation(f"{session}, and its handler waits for a message{at}", f"send it one, or {_LONGER}")
        return Situation(f"{session}, and its handler waits{at}", _LONGER)

    async def _run(self) -> None:
        try:
            with watching_failures(self._failures.append):
                await self._app(self._scope, self._app_receive, self._app_send)
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            if not is_own_failure(error):
                raise
            # A test is told of it in its own task, not by the end of the event loop.
            if error not in self._failures:
                self._failures.append(error)
        finally:
            self._conclude()

    def _conclude(self) -> None:
        """Do what a server does when the application has returned."""
        if not self._answer.done():
            if not self._failures and self._closing is None:
                self._failures.append(RuntimeError(f"{self._call.label} returned without answering the handshake"))
            self._refuse(500, [], b"Internal Server Error")
        self._end(Closing(_ABNORMAL))

    async def _app_receive(self) -> MutableMapping[str, Any]:
        while not self._to_app:
            if (closing := self._closing) is not None:
                return {"type": "websocket.disconnect", "code": closing.code, "reason": closing.reason}
            await self._change.wait()
        return self._to_app.popleft()

    async def _app_send(self, message: MutableMapping[str, Any]) -> None:
        # A server notices that a client has left when it comes to its close frame, behind what was sent before.
        if self._closing is not None and not self._to_app:
            raise OSError(f"this WebSocket is closed: {self._closing}")
        kind: str = message["type"]
        if self._answer.done():
            await self._send_while_open(kind, message)
        elif self._denial is not None:
            self._send_denial_body(kind, message)
        else:
            self._answer_handshake(kind, message)

    def _answer_handshake(self, kind: str, message: MutableMapping[str, Any]) -> None:
        if kind == "websocket.accept":
            self._answer.set_result(
                Opened(message.get("subprotocol"), tuple(decoded_headers(message.get("headers", ()))))
            )
        elif kind == "websocket.close":
            self._refuse(403, [], b"")
        elif kind == "websocket.http.response.start":
            self._denial = message["status"], decoded_headers(message.get("headers", ()))
        else:
            raise RuntimeError(
                f"expected websocket.accept, websocket.close or websocket.http.response.start, got {kind!r}"
            )

    def _send_denial_body(self, kind: str, message: MutableMapping[str, Any]) -> None:
        if kind != "websocket.http.response.body" or self._denial is None:
            raise RuntimeError(f"expected websocket.http.response.body, got {kind!r}")
        self._denial_body += message.get("body", b"")
        if not message.get("more_body", False):
            self._refuse(*self._denial, self._denial_body)

    def _refuse(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self._answer.set_exception(HandshakeDenied(self._call.label, status, headers, body))
        self._answer.exception()  # raised by open(), unless nobody waits for it any more
        self._to_app.clear()
        self._end(Closing(_ABNORMAL))

    async def _send_while_open(self, kind: str, message: MutableMapping[str, Any]) -> None:
        if kind == "websocket.close":
            self._to_app.clear()
            self._end(Closing(message.get("code", 1000), message.get("reason") or ""))
            return
        if kind != "websocket.send":
            raise RuntimeError(f"expected websocket.send or websocket.close, got {kind!r}")
        frame = frame_of(message)
        while self._unread >= UNREAD_BYTES and self._closing is None:
            await self._change.wait()
        if self._closing is None:
            self._to_client.append(frame)
            self._unread += len(frame) + FRAME_OVERHEAD
            self._sent_by_app += 1
            self._change.notify()
        # As servers do, so that a handler that only sends lets others run.
        await asyncio.sleep(0)

    def _end(self, closing: Closing) -> None:
        if self._closing is None:
            self._closing = closing
            self._change.notify()


@final
class _Change:
    """Wakes all who wait for something to have changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(woken)
        try:
            await woken
        finally:
            self._waiting.discard(woken)

    def notify(self) -> None:
        for woken in self._waiting:
            if not woken.done():
                woken.set_result(None)
