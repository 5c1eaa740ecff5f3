"""The server's side of ASGI in memory: as little as can be, so that what is measured is the application."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping, Sequence

    Message = MutableMapping[str, Any]
    Application = Callable[
        [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
        Awaitable[None],
    ]

__all__ = [
    "Conversation",
    "Handshake",
    "Request",
    "call",
    "conversing",
    "http_scope",
    "running",
    "shake_hands",
    "websocket_scope",
]

HEADERS = [
    (b"host", b"bench.test"),
    (b"user-agent", b"bench/1.0"),
    (b"accept", b"application/json"),
    (b"accept-encoding", b"gzip, deflate"),
]
WEBSOCKET_HEADERS = [
    *HEADERS,
    (b"connection", b"Upgrade"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]


def websocket_scope(path: str) -> Message:
    """Return the scope of a WebSocket connection, as uvicorn makes it."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": WEBSOCKET_HEADERS,
        "subprotocols": [],
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }


def http_scope(path: str, method: str = "GET") -> Message:
    """Return the scope of an HTTP request, as uvicorn makes it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": HEADERS,
        "state": {},
    }


@asynccontextmanager
async def running(application: Application) -> AsyncIterator[None]:
    """Run an application's lifespan, as a server does."""
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    scope: Message = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(application(scope, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    await _answer(task, outgoing, "lifespan.startup.complete")
    yield
    await incoming.put({"type": "lifespan.shutdown"})
    await _answer(task, outgoing, "lifespan.shutdown.complete")
    await task


async def _answer(task: asyncio.Future[None], outgoing: asyncio.Queue[Message], expected: str) -> None:
    answer = asyncio.ensure_future(outgoing.get())
    either: list[asyncio.Future[Any]] = [answer, task]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        raise AssertionError(f"the application ended instead of answering {expected}") from task.exception()
    if answer.result()["type"] != expected:
        raise AssertionError(f"expected {expected}, got {answer.result()}")


class Conversation:
    """A WebSocket connection whose client sends the same frames over and over.

    Attributes:
        last: What the application has sent last.
        sent: How many messages it has sent, with the handshake's answer.
    """

    __slots__ = ("_frames", "_incoming", "_left", "_pending", "_rest", "last", "sent")

    def __init__(self, frames: Sequence[str]) -> None:
        self._frames: list[Message] = [{"type": "websocket.receive", "text": text} for text in frames]
        self._incoming: Iterator[Message] = iter([{"type": "websocket.connect"}])
        self._rest: asyncio.Event = asyncio.Event()
        self._pending: asyncio.Future[Message] | None = None
        self.last: Message = {}
        self.sent = 0

    async def receive(self) -> Message:
        """Return the next message; where there is none, wait for `repeat` or `leave`."""
        for message in self._incoming:
            return message
        self._rest.set()
        self._pending = asyncio.get_running_loop().create_future()
        return await self._pending

    async def send(self, message: Message) -> None:
        """Take a message of the application's."""
        self.last = message
        self.sent += 1

    async def repeat(self, messages: int) -> None:
        """Send so many messages; returns when the application waits for another one."""
        assert self._pending is not None
        self._rest.clear()
        incoming = islice(cycle(self._frames), messages)
        first = next(incoming)
        self._incoming = incoming
        self._pending.set_result(first)
        await self._rest.wait()

    async def opened(self, task: asyncio.Future[None]) -> None:
        """Wait until the application has accepted and waits for a message."""
        rest = asyncio.ensure_future(self._rest.wait())
        either: list[asyncio.Future[Any]] = [rest, task]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not rest.done():
            rest.cancel()
            raise AssertionError(f"the application ended the session; it sent {self.last}") from task.exception()

    def leave(self) -> None:
        """Disconnect."""
        if self._pending is not None and not self._pending.done():
            self._pending.set_result({"type": "websocket.disconnect", "code": 1001, "reason": ""})


@asynccontextmanager
async def conversing(application: Application, path: str, frames: Sequence[str]) -> AsyncIterator[Conversation]:
    """Open a WebSocket connection to a running application."""
    conversation = Conversation(frames)
    task = asyncio.ensure_future(application(websocket_scope(path), conversation.receive, conversation.send))
    await conversation.opened(task)
    yield conversation
    conversation.leave()
    # What a peer's handler raises for a client that leaves is its own affair.
    await asyncio.wait({task}, timeout=5)
    if not task.done():
        raise AssertionError("the application did not end when its client left")
    if not task.cancelled():
        task.exception()


class Handshake:
    """A WebSocket connection that is asked for, and then left."""

    __slots__ = ("_received", "sent")

    def __init__(self) -> None:
        self._received = False
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self._received:
            return {"type": "websocket.disconnect", "code": 1001, "reason": ""}
        self._received = True
        return {"type": "websocket.connect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def shake_hands(application: Application, path: str) -> list[Message]:
    """Ask for a session, and return all that the application sends until it has ended."""
    handshake = Handshake()
    await application(websocket_scope(path), handshake.receive, handshake.send)
    return handshake.sent


class Request:
    """An HTTP request without a body."""

    __slots__ = ("_received", "sent")

    def __init__(self) -> None:
        self._received = False
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        if self._received:
            return {"type": "http.disconnect"}
        self._received = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def call(application: Application, path: str, method: str = "GET") -> list[Message]:
    """Make an HTTP request, and return the messages of the response."""
    request = Request()
    await application(http_scope(path, method), request.receive, request.send)
    return request.sent
