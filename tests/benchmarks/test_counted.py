"""The process whose instructions are counted."""

from __future__ import annotations

import asyncio

from benchmarks.counted import StoppableClock


def test_no_timer_goes_off_while_the_clock_is_stopped() -> None:
    calls: list[str] = []

    async def turn() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StoppableClock)
        loop.stopped_at = loop.time()
        loop.call_later(1e-9, calls.append, "timer")
        for _ in range(10):
            await asyncio.sleep(0)
        assert calls == []
        assert loop.time() == loop.stopped_at
        loop.stopped_at = None
        await asyncio.sleep(1e-6)  # a timer behind the other one
        assert calls == ["timer"]

    with asyncio.Runner(loop_factory=StoppableClock) as runner:
        runner.run(turn())
