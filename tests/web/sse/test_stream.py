from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pytest

from pyfly.web.sse.events import KEEP_ALIVE
from pyfly.web.sse.stream import EventStream

PATIENCE = 10.0
FOREVER = 1000.0


@dataclass
class Wire:
    """The two ASGI callables of a request, as a test drives them."""

    sent: list[MutableMapping[str, Any]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    broken_after: int | None = None

    async def receive(self) -> MutableMapping[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if self.broken_after is not None and len(self.sent) >= self.broken_after:
            raise OSError("the connection is gone")
        async with self.changed:
            self.sent.append(message)
            self.changed.notify_all()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def is_complete(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(condition)


def stream(values: AsyncIterator[Any], wire: Wire, *, keep_alive: float = FOREVER) -> EventStream:
    assert isinstance(values, AsyncGenerator)
    return EventStream(
        values,
        frame=lambda value: str(value).encode(),
        receive=wire.receive,
        send=wire.send,
        keep_alive=keep_alive,
        handler="Clock.ticks",
    )


async def run(values: AsyncIterator[Any], wire: Wire, *, keep_alive: float = FOREVER) -> None:
    async with asyncio.timeout(PATIENCE):
        await stream(values, wire, keep_alive=keep_alive).run()


async def test_values_are_sent_one_by_one_and_the_response_completed() -> None:
    async def ticks() -> AsyncIterator[int]:
        yield 1
        yield 2

    wire = Wire()
    await run(ticks(), wire)
    assert wire.sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ],
        },
        {"type": "http.response.body", "body": b"1", "more_body": True},
        {"type": "http.response.body", "body": b"2", "more_body": True},
        {"type": "http.response.body", "body": b"", "more_body": False},
    ]


async def test_generator_without_values_is_an_empty_stream() -> None:
    async def nothing() -> AsyncIterator[int]:
        return
        yield

    wire = Wire()
    await run(nothing(), wire)
    assert [message["type"] for message in wire.sent] == ["http.response.start", "http.response.body"]
    assert wire.is_complete


async def test_value_that_frames_to_nothing_is_not_sent() -> None:
    async def empty() -> AsyncIterator[str]:
        yield ""
        yield "x"

    wire = Wire()
    await run(empty(), wire)
    assert [message.get("body") for message in wire.sent] == [None, b"x", b""]


async def test_silence_is_filled_with_comments() -> None:
    enough = asyncio.Event()

    async def quiet() -> AsyncIterator[str]:
        await enough.wait()
        yield "x"

    wire = Wire()
    running = asyncio.create_task(run(quiet(), wire, keep_alive=0.001))
    await wire.until(lambda: wire.body.count(KEEP_ALIVE) >= 3)
    enough.set()
    await running
    assert wire.body.strip(KEEP_ALIVE) == b"x"
    assert wire.is_complete


async def test_comment_waits_while_an_event_is_under_way() -> None:
    blocked = asyncio.Event()
    entered = asyncio.Event()

    class SlowWire(Wire):
        async def send(self, message: MutableMapping[str, Any]) -> None:
            if message.get("body") == b"big":
                entered.set()
                await blocked.wait()
            await super().send(message)

    async def ticks() -> AsyncIterator[str]:
        yield "big"

    wire = SlowWire()
    running = asyncio.create_task(run(ticks(), wire, keep_alive=0.001))
    async with asyncio.timeout(PATIENCE):
        await entered.wait()
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert wire.body == b""
    blocked.set()
    await running
    assert wire.body.startswith(b"big")


async def test_generator_is_closed_in_its_own_task_when_the_client_goes() -> None:
    waiting = asyncio.Event()
    seen: list[object] = []

    async def ticks() -> AsyncIterator[str]:
        task = asyncio.current_task()
        try:
            yield "first"
            waiting.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            seen.append(asyncio.current_task() is task)

    wire = Wire()
    running = asyncio.create_task(run(ticks(), wire))
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
    wire.gone.set()
    await running
    assert seen == [True]
    assert not wire.is_complete


async def test_generator_suspended_at_a_yield_is_closed_when_the_client_goes() -> None:
    blocked = asyncio.Event()
    closed: list[type[BaseException]] = []

    class StuckWire(Wire):
        async def send(self, message: MutableMapping[str, Any]) -> None:
            blocked.set()
            await asyncio.Event().wait()

    async def ticks() -> AsyncIterator[str]:
        try:
            yield "first"
        except GeneratorExit:
            closed.append(GeneratorExit)
            raise

    wire = StuckWire()
    running = asyncio.create_task(run(ticks(), wire))
    async with asyncio.timeout(PATIENCE):
        await blocked.wait()
    wire.gone.set()
    await running
    assert closed == [GeneratorExit]


@pytest.mark.parametrize("value", ["x", ""], ids=["sent", "framed to nothing"])
async def test_generator_that_never_waits_leaves_others_their_turn(value: str) -> None:
    closed: list[int] = []

    class ReadyWire(Wire):
        async def send(self, message: MutableMapping[str, Any]) -> None:
            self.sent.append(message)

    async def endless() -> AsyncIterator[str]:
        produced = 0
        try:
            while produced < 1_000_000:
                produced += 1
                yield value
        finally:
            closed.append(produced)

    wire = ReadyWire()
    running = asyncio.create_task(run(endless(), wire))
    for _ in range(10):
        await asyncio.sleep(0)
    wire.gone.set()
    await running
    assert len(closed) == 1
    assert closed[0] < 1000


@pytest.mark.parametrize("broken_after", [0, 1, 2])
async def test_connection_that_takes_no_more_ends_the_stream_quietly(
    broken_after: int, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[bool] = []

    async def ticks() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed.append(True)

    await run(ticks(), Wire(broken_after=broken_after))
    assert closed == [True]
    assert caplog.records == []


async def test_connection_that_takes_no_comment_ends_the_stream_quietly(caplog: pytest.LogCaptureFixture) -> None:
    closed: list[bool] = []

    async def quiet() -> AsyncIterator[int]:
        try:
            await asyncio.Event().wait()
            yield 1
        finally:
            closed.append(True)

    await run(quiet(), Wire(broken_after=0), keep_alive=0.001)
    assert closed == [True]
    assert caplog.records == []


async def test_error_before_the_first_value_is_raised() -> None:
    wire = Wire()

    async def refusing() -> AsyncIterator[int]:
        if not wire.sent:
            raise LookupError("no such room")
        yield 1

    events = stream(refusing(), wire)
    with pytest.raises(LookupError, match="no such room"):
        await events.run()
    assert not events.is_open
    assert wire.sent == []


async def test_later_error_is_logged_and_ends_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        raise OSError("the author's own")

    wire = Wire()
    await run(failing(), wire)
    assert wire.body == b"1"
    assert wire.is_complete
    [record] = caplog.records
    assert (record.name, record.levelno) == ("pyfly.web", logging.ERROR)
    assert record.getMessage() == "Clock.ticks failed while its events were streamed"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], OSError)


async def test_asking_to_exit_is_an_error_of_the_stream_only() -> None:
    wire = Wire()

    async def leaving() -> AsyncIterator[int]:
        if not wire.sent:
            raise SystemExit(3)
        yield 1

    with pytest.raises(RuntimeError, match=r"^Clock\.ticks raised SystemExit\(3\)$"):
        await run(leaving(), wire)


async def test_error_while_closing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    waiting = asyncio.Event()

    async def failing() -> AsyncIterator[int]:
        try:
            yield 1
            waiting.set()
            await asyncio.Event().wait()
        finally:
            raise ValueError("in the clean-up")

    wire = Wire()
    running = asyncio.create_task(run(failing(), wire))
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
    wire.gone.set()
    await running
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["in the clean-up"]


async def test_server_that_cannot_tell_of_departures_ends_the_stream_with_its_error() -> None:
    log: list[str] = []

    async def waiting() -> AsyncIterator[str]:
        try:
            yield "x"
            await asyncio.Event().wait()
        finally:
            log.append("closed")

    async def receive() -> MutableMapping[str, Any]:
        await wire.until(lambda: wire.body == b"x")
        raise RuntimeError("the server is confused")

    wire = Wire()
    wire.receive = receive  # type: ignore[method-assign]  # a server that fails
    with pytest.raises(RuntimeError, match="the server is confused"):
        await run(waiting(), wire)
    assert log == ["closed"]


async def test_cancelling_closes_the_generator_and_waits_for_it() -> None:
    waiting = asyncio.Event()
    closed: list[bool] = []

    async def ticks() -> AsyncIterator[int]:
        try:
            waiting.set()
            await asyncio.Event().wait()
            yield 1
        finally:
            await asyncio.sleep(0)
            closed.append(True)

    running = asyncio.create_task(run(ticks(), Wire()))
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert closed == [True]


async def test_cancelling_again_does_not_wait_for_a_slow_generator() -> None:
    waiting, closing, release, closed = (asyncio.Event() for _ in range(4))

    async def ticks() -> AsyncIterator[int]:
        try:
            waiting.set()
            await asyncio.Event().wait()
            yield 1
        finally:
            closing.set()
            await release.wait()
            closed.set()

    running = asyncio.create_task(run(ticks(), Wire()))
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
        running.cancel()
        await closing.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not closed.is_set()
        release.set()
        await closed.wait()


async def test_generator_cancelled_from_within_ends_the_stream() -> None:
    async def ticks() -> AsyncIterator[int]:
        yield 1
        inner = asyncio.create_task(asyncio.Event().wait())
        inner.cancel()
        await inner

    wire = Wire()
    await run(ticks(), wire)
    assert wire.body == b"1"
    assert wire.is_complete


async def test_generator_sees_the_context_of_its_request() -> None:
    user: ContextVar[str] = ContextVar("user")

    async def who() -> AsyncIterator[str]:
        yield user.get()

    wire = Wire()
    user.set("Ada")
    await run(who(), wire)
    assert wire.body == b"Ada"


async def test_nothing_is_left_running() -> None:
    before = asyncio.all_tasks()

    async def ticks() -> AsyncIterator[int]:
        with contextlib.suppress(GeneratorExit):
            yield 1

    await run(ticks(), Wire())
    assert asyncio.all_tasks() == before
