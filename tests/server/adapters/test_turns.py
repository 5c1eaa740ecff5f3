"""Whoever has much to do waits for others."""

from __future__ import annotations

import asyncio

import pytest

from pyfly.server.adapters.turns import Turns


async def test_one_goes_on_at_each_turn_of_the_event_loop() -> None:
    done: list[str] = []
    for name in "abc":
        Turns.here().queue(lambda name=name: done.append(name))  # type: ignore[misc]  # its type is known
    seen = []
    for _ in range(4):
        await asyncio.sleep(0)
        seen.append("".join(done))
    assert seen == ["a", "ab", "abc", "abc"]


async def test_who_is_not_done_waits_for_all_others() -> None:
    done: list[str] = []

    def work(name: str, left: int) -> None:
        done.append(name)
        if left:
            Turns.here().queue(lambda: work(name, left - 1))

    Turns.here().queue(lambda: work("a", 2))
    Turns.here().queue(lambda: work("b", 1))
    for _ in range(6):
        await asyncio.sleep(0)
    assert "".join(done) == "ababa"


async def test_an_error_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    done = asyncio.Event()

    def fail() -> None:
        raise RuntimeError("broken")

    Turns.here().queue(fail)
    Turns.here().queue(done.set)
    await asyncio.wait_for(done.wait(), 5)
    assert "broken" in caplog.text
