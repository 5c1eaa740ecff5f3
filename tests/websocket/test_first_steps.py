"""Calls that most often end without waiting."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from pyfly.websocket.first_steps import take_first_step

if TYPE_CHECKING:
    from collections.abc import Generator


async def test_nothing_is_left_of_a_call_that_does_not_wait() -> None:
    done: list[str] = []

    async def call() -> None:
        done.append("all")

    assert take_first_step(call()) is None
    assert done == ["all"]


async def test_what_is_left_of_a_call_that_waits_goes_on_when_it_is_awaited() -> None:
    gate = asyncio.Event()
    done: list[str] = []

    async def call() -> None:
        done.append("begun")
        await gate.wait()
        await asyncio.sleep(0)
        done.append("ended")

    rest = take_first_step(call())
    assert rest is not None
    assert done == ["begun"]
    gate.set()
    await rest
    assert done == ["begun", "ended"]


async def test_a_cancellation_reaches_the_call() -> None:
    heard: list[str] = []

    async def call() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("cancelled")
            raise

    rest = take_first_step(call())
    assert rest is not None
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await rest
    assert heard == ["cancelled"]


async def test_what_a_call_raises_does_not_keep_what_was_waited_for() -> None:
    class Wait:
        def __await__(self) -> Generator[Future]:
            yield Future()

    class Future:
        """What an event loop gets to see."""

    async def call() -> None:
        await Wait()

    rest = take_first_step(call())
    assert rest is not None
    steps = rest.__await__()
    waited_for = weakref.ref(next(steps))
    gc.disable()
    try:
        with pytest.raises(OSError, match="gone") as raised:
            steps.throw(OSError("gone"))
        assert raised.tb is not None
        assert waited_for() is None
    finally:
        gc.enable()


async def test_what_the_first_step_raises_is_raised_at_once() -> None:
    async def call() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        take_first_step(call())


async def test_what_is_no_coroutine_is_awaited_as_it_is() -> None:
    future = asyncio.get_running_loop().create_future()
    assert take_first_step(future) is future
    future.cancel()
