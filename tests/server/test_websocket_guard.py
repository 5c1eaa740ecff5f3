from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfly.asgi import SERVER_STOPS
from pyfly.server import websocket_guard
from pyfly.server.websocket_guard import WebSocketGuard

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LIMIT = 10


class Server:
    """The side of a server that an application sees, under a test's control."""

    def __init__(self, *, denial: bool = True) -> None:
        self.scope: dict[str, Any] = {"type": "websocket", "path": "/"}
        if denial:
            self.scope["extensions"] = {"websocket.http.response": {}}
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.writable = asyncio.Event()
        self.writable.set()

    async def receive(self) -> dict[str, Any]:
        return await self.inbox.get()

    async def send(self, message: Any) -> None:
        await self.writable.wait()
        self.sent.append(message)

    def start(self, guard: WebSocketGuard) -> asyncio.Task[None]:
        async def call() -> None:
            await guard(self.scope, self.receive, self.send)

        return asyncio.create_task(call())


def close_of(code: int, reason: str = "") -> dict[str, Any]:
    return {"type": "websocket.close", "code": code, "reason": reason}


def disconnect_of(code: int) -> dict[str, Any]:
    told = {SERVER_STOPS: True} if code == 1001 else {}
    return {"type": "websocket.disconnect", "code": code, "reason": "", **told}


def guard_of(
    handler: Callable[[Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]],
    *,
    accept: bool = True,
    lingers: bool = False,
) -> WebSocketGuard:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if accept:
            await send({"type": "websocket.accept"})
        await handler(receive, send)

    return WebSocketGuard(application, max_message_size=LIMIT, lingers=lingers)


async def until_closed(server: Server) -> None:
    async with asyncio.timeout(10):
        while not server.sent[1:]:  # noqa: ASYNC110  # nothing tells of what is waited for
            await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@given(st.text(max_size=12) | st.binary(max_size=12))
async def test_exactly_the_messages_over_the_limit_close_with_1009(data: str | bytes) -> None:
    received: list[Any] = []

    async def handler(receive: Any, send: Any) -> None:
        received.append(await receive())
        received.append(await receive())

    server = Server()
    message = {"type": "websocket.receive", "text" if isinstance(data, str) else "bytes": data}
    server.inbox.put_nowait(message)
    server.inbox.put_nowait(disconnect_of(1000))
    await server.start(guard_of(handler))
    if len(data.encode(errors="surrogatepass") if isinstance(data, str) else data) > LIMIT:
        assert received == [disconnect_of(1009)] * 2
        assert server.sent[1:] == [close_of(1009, "message exceeds limit of 10 bytes")]
    else:
        assert received == [message, disconnect_of(1000)]
        assert server.sent[1:] == []


async def test_what_is_not_a_websocket_passes_untouched() -> None:
    seen: list[Any] = []

    async def application(*call: Any) -> None:
        seen.extend(call)

    call: Any = ({"type": "http"}, object(), object())
    await WebSocketGuard(application, max_message_size=1)(*call)
    assert tuple(seen) == call


@pytest.mark.parametrize("code", [1000, 1005, 4001])
async def test_a_client_that_closed_is_not_answered(code: int) -> None:
    async def handler(receive: Any, send: Any) -> None:
        assert (await receive())["code"] == code
        with pytest.raises(OSError, match=r"^the client has gone$"):
            await send({"type": "websocket.send", "text": "late"})
        assert (await receive())["code"] == code

    server = Server()
    for _ in range(2):
        server.inbox.put_nowait(disconnect_of(code))
    await server.start(guard_of(handler))
    assert len(server.sent) == 1


async def test_stop_wakes_a_receive_and_closes_with_the_code() -> None:
    async def handler(receive: Any, send: Any) -> None:
        for _ in range(2):
            assert await receive() == disconnect_of(1001)
        with pytest.raises(OSError, match=r"^this WebSocket was closed with code 1001$"):
            await send({"type": "websocket.send", "text": "late"})

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    await call
    assert server.sent[1:] == [close_of(1001)]
    assert not call.cancelling()
    await guard.stop(1001)


async def test_stop_leaves_a_handler_alone_that_waits_elsewhere() -> None:
    done = asyncio.Event()

    async def handler(receive: Any, send: Any) -> None:
        await done.wait()

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    await guard.stop(1001)
    assert server.sent[1:] == [close_of(1001)]
    assert not call.done()
    done.set()
    await call


@pytest.mark.parametrize("denial", [True, False])
async def test_stop_denies_a_handshake_that_waits(denial: bool) -> None:
    async def handler(receive: Any, send: Any) -> None:
        assert await receive() == disconnect_of(1001)

    server = Server(denial=denial)
    guard = guard_of(handler, accept=False)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    await call
    if denial:
        assert [message["type"] for message in server.sent] == [
            "websocket.http.response.start",
            "websocket.http.response.body",
        ]
        assert server.sent[0]["status"] == 503
    else:
        assert server.sent == [close_of(1001)]


@pytest.mark.parametrize(
    "ending",
    [
        {"type": "websocket.close", "code": 1000},
        {"type": "websocket.http.response.start", "status": 401},
    ],
)
async def test_stop_passes_over_what_has_been_denied(ending: dict[str, Any]) -> None:
    async def handler(receive: Any, send: Any) -> None:
        await send(ending)
        await asyncio.Event().wait()

    server = Server()
    guard = guard_of(handler, accept=False)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    assert server.sent == [ending]
    call.cancel()


async def test_stop_gives_up_on_a_client_that_does_not_read(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    server.writable.clear()
    await guard.stop(1001, patience=0.01)
    assert len(server.sent) == 1
    call.cancel()


async def test_a_close_that_fails_is_no_obstacle(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "pyfly.server")
    server = Server()

    async def handler(receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    async def broken(message: Any) -> None:
        if message["type"] == "websocket.close":
            raise ConnectionResetError

    server.send = broken  # type: ignore[method-assign]  # one that breaks
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    assert caplog.messages == ["A WebSocket could not be closed: ConnectionResetError()"]
    call.cancel()


async def test_a_close_from_another_task_is_sent_before_the_handler_can_return() -> None:
    closings: set[asyncio.Task[None]] = set()

    async def handler(receive: Any, send: Any) -> None:
        closings.add(asyncio.create_task(send(close_of(4000, "out"))))
        assert await receive() == disconnect_of(4000)

    server = Server()
    call = server.start(guard_of(handler))
    await asyncio.sleep(0)
    assert server.sent == [{"type": "websocket.accept"}]
    server.writable.clear()
    await settle()
    assert not call.done()
    server.writable.set()
    await call
    assert server.sent[1:] == [close_of(4000, "out")]


async def test_a_receive_is_told_of_a_close_from_another_task_before_the_client_takes_it() -> None:
    told = asyncio.Event()

    async def handler(receive: Any, send: Any) -> None:
        server.writable.clear()
        closing = asyncio.create_task(send(close_of(4000, "out")))
        assert await receive() == disconnect_of(4000)
        assert not closing.done()
        told.set()

    server = Server()
    call = server.start(guard_of(handler))
    async with asyncio.timeout(10):
        await told.wait()
        await settle()
        assert not call.done()
        server.writable.set()
        await call
    assert server.sent[1:] == [close_of(4000, "out")]


async def test_a_handler_that_is_cancelled_while_it_receives_is_cancelled() -> None:
    async def handler(receive: Any, send: Any) -> None:
        await receive()

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_cancellation_is_not_lost_when_a_close_comes_with_it() -> None:
    async def handler(receive: Any, send: Any) -> None:
        await receive()

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    stopping = asyncio.create_task(guard.stop(1001))
    for _ in range(2):
        await asyncio.sleep(0)
    assert not call.done(), "the receive is given up, and its task has not run since"
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await stopping


async def test_a_timeout_around_receive_still_works() -> None:
    async def handler(receive: Any, send: Any) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await receive()
        async with asyncio.timeout(5):
            assert await receive() == disconnect_of(1001)

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    await settle()
    await guard.stop(1001)
    await call


async def test_a_cancelled_receive_loses_no_message() -> None:
    received: list[str] = []

    class Forgetful(Server):
        """One that has taken the message by the time it is cancelled, and drops it."""

        async def receive(self) -> dict[str, Any]:
            try:
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                self.inbox.get_nowait()
                raise
            return self.inbox.get_nowait()

    async def handler(receive: Any, send: Any) -> None:
        while len(received) < 3:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0):
                    received.append((await receive())["text"])

    server = Forgetful()
    for text in "abc":
        server.inbox.put_nowait({"type": "websocket.receive", "text": text})
    await server.start(guard_of(handler))
    assert received == ["a", "b", "c"]


async def test_two_tasks_that_receive_get_a_message_each() -> None:
    async def handler(receive: Any, send: Any) -> None:
        first, second, third = await asyncio.gather(receive(), receive(), receive())
        assert (first["text"], second["text"], third) == ("a", "b", disconnect_of(1001))

    server = Server()
    guard = guard_of(handler)
    call = server.start(guard)
    for text in "ab":
        server.inbox.put_nowait({"type": "websocket.receive", "text": text})
    await settle()
    await guard.stop(1001)
    await call


@pytest.mark.parametrize("fails", [False, True])
async def test_a_receive_that_is_left_over_ends_with_the_handler(fails: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "pyfly.server")
    before = asyncio.all_tasks()

    class Failing(Server):
        async def receive(self) -> dict[str, Any]:
            await asyncio.sleep(0)
            raise RuntimeError("lost")

    async def handler(receive: Any, send: Any) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await receive()
        await settle()

    await (Failing if fails else Server)().start(guard_of(handler))
    await settle()
    assert asyncio.all_tasks() == before
    assert caplog.messages == (["The receive that was left over failed: RuntimeError('lost')"] if fails else [])


async def test_text_that_has_no_utf_8_is_not_sent() -> None:
    async def handler(receive: Any, send: Any) -> None:
        with pytest.raises(UnicodeEncodeError):
            await send({"type": "websocket.send", "text": "a\ud800"})
        await send({"type": "websocket.send", "text": "é"})
        await send({"type": "websocket.send", "bytes": b"\xff", "text": None})

    server = Server()
    await server.start(guard_of(handler))
    assert [message.get("text") or message.get("bytes") for message in server.sent] == [None, "é", b"\xff"]


async def test_a_server_that_ends_connections_abruptly_is_read_from_before_the_close_and_after_it() -> None:
    async def handler(receive: Any, send: Any) -> None:
        await send(close_of(4000))

    server = Server()
    server.inbox.put_nowait({"type": "websocket.receive", "text": "before"})
    call = server.start(guard_of(handler, lingers=True))
    await settle()
    assert server.sent == [{"type": "websocket.accept"}]
    assert server.inbox.empty()
    server.inbox.put_nowait(disconnect_of(1006))
    await until_closed(server)
    server.inbox.put_nowait({"type": "websocket.receive", "text": "after"})
    server.inbox.put_nowait(disconnect_of(4000))
    await call
    assert server.sent[1:] == [close_of(4000)]
    assert server.inbox.empty()


async def test_a_send_whose_wait_is_cancelled_goes_on_where_the_server_would_keep_the_task() -> None:
    async def handler(receive: Any, send: Any) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await send({"type": "websocket.send", "text": "slow"})
        server.writable.set()
        await send({"type": "websocket.send", "text": "next"})

    class Stalling(Server):
        async def send(self, message: Any) -> None:
            await super().send(message)
            if message["type"] == "websocket.accept":
                self.writable.clear()

    server = Stalling()
    await server.start(guard_of(handler, lingers=True))
    assert [message.get("text") for message in server.sent] == [None, "slow", "next"]


async def test_stop_waits_until_a_client_has_had_the_time_to_take_its_close_frame() -> None:
    async def handler(receive: Any, send: Any) -> None:
        await send(close_of(4000))

    server = Server()
    guard = guard_of(handler, lingers=True)
    call = server.start(guard)
    await until_closed(server)
    await settle()
    stopping = asyncio.create_task(guard.stop(1001))
    await settle()
    assert not stopping.done()
    server.inbox.put_nowait(disconnect_of(4000))
    await stopping
    await call


async def test_a_receive_that_its_server_cancels_ends_the_wait_and_a_cancelled_call_is_cancelled() -> None:
    async def handler(receive: Any, send: Any) -> None:
        await send(close_of(4000))

    class Stopped(Server):
        async def receive(self) -> dict[str, Any]:
            raise asyncio.CancelledError

    server = Stopped()
    await server.start(guard_of(handler, lingers=True))
    assert server.sent[1:] == [close_of(4000)]
    call = Server().start(guard_of(handler, lingers=True))
    await settle()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_close_of_long_ago_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_guard, "LINGER_SECONDS", -1)

    server = Server()

    async def handler(receive: Any, send: Any) -> None:
        await send(close_of(4000))
        server.inbox.put_nowait({"type": "websocket.receive", "text": "unread"})

    await server.start(guard_of(handler, lingers=True))
    assert not server.inbox.empty()
