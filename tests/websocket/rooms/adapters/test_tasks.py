"""Tasks that live and die together."""

from __future__ import annotations

import asyncio

import pytest

from pyfly.websocket.rooms.adapters.tasks import until_all_end, until_first_ends


class Endless:
    def __init__(self) -> None:
        self.ended = False

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def fail() -> None:
    raise OSError("it is gone")


async def nothing() -> None:
    return


async def test_what_fails_ends_the_others() -> None:
    endless = Endless()
    with pytest.raises(OSError, match="it is gone"):
        await until_first_ends(endless.run(), fail())
    assert endless.ended


async def test_what_has_no_end_must_not_end() -> None:
    endless = Endless()
    with pytest.raises(RuntimeError, match="something without an end has ended"):
        await until_first_ends(endless.run(), nothing())
    assert endless.ended


async def test_a_cancellation_ends_all_and_is_never_taken_for_a_failure() -> None:
    endless = Endless()

    async def fails_when_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError from None

    task = asyncio.create_task(until_first_ends(endless.run(), fails_when_cancelled()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert endless.ended


async def test_all_may_end() -> None:
    await until_all_end()
    await until_all_end(nothing(), nothing())
    endless = Endless()
    with pytest.raises(OSError, match="it is gone"):
        await until_all_end(endless.run(), nothing(), fail())
    assert endless.ended


async def test_what_loses_a_cancellation_is_cancelled_again() -> None:
    deaf = asyncio.Event()

    async def loses_a_cancellation() -> None:
        try:
            await deaf.wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()

    async with asyncio.timeout(10):
        with pytest.raises(OSError, match="it is gone"):
            await until_first_ends(loses_a_cancellation(), fail())


async def test_tasks_below_those_that_are_cancelled_again_end_too() -> None:
    ended: list[str] = []

    async def loses_cancellations() -> None:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("below")

    async with asyncio.timeout(10):
        with pytest.raises(OSError, match="it is gone"):
            await until_first_ends(until_first_ends(loses_cancellations(), Endless().run()), fail())
    assert ended == ["below"]
