import asyncio

import pytest

from pyfly.context import ContextStateError
from pyfly.context.lifecycle import Lifecycle, LifecycleState


class Steps:
    """Procedures that note that they ran, and wait where the test tells them to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.entered = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.failure: Exception | None = None

    async def start(self) -> None:
        await self._run("start")

    async def stop(self, started: bool) -> None:
        await self._run("stop" if started else "clean up")

    async def _run(self, name: str) -> None:
        self.entered.set()
        await self.may_go_on.wait()
        if self.failure is not None:
            raise self.failure
        self.done.append(name)


def state_of(lifecycle: Lifecycle) -> LifecycleState:
    return lifecycle.state


@pytest.fixture
async def steps() -> Steps:
    return Steps()


@pytest.fixture
def lifecycle(steps: Steps) -> Lifecycle:
    return Lifecycle(steps.start, steps.stop)


async def test_many_callers_start_once(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.may_go_on.clear()
    callers = [asyncio.create_task(lifecycle.start()) for _ in range(50)]
    await asyncio.wait_for(steps.entered.wait(), 5)
    assert state_of(lifecycle) is LifecycleState.STARTING
    steps.may_go_on.set()
    await asyncio.wait_for(asyncio.gather(*callers), 5)
    await lifecycle.start()
    assert steps.done == ["start"]
    assert state_of(lifecycle) is LifecycleState.STARTED


async def test_each_waiting_caller_sees_its_own_failure(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.failure = ValueError("broken")
    outcomes = await asyncio.wait_for(asyncio.gather(*(lifecycle.start() for _ in range(3)), return_exceptions=True), 5)
    assert outcomes == [steps.failure] * 3
    assert state_of(lifecycle) is LifecycleState.STOPPED


async def test_start_after_a_failed_one_tries_again(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.failure = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await lifecycle.start()
    steps.failure = None
    await lifecycle.start()
    assert steps.done == ["start"]


async def test_caller_that_goes_away_leaves_the_start_to_the_next(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.may_go_on.clear()
    first, second = asyncio.create_task(lifecycle.start()), asyncio.create_task(lifecycle.start())
    await asyncio.wait_for(steps.entered.wait(), 5)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    steps.may_go_on.set()
    await asyncio.wait_for(second, 5)
    assert steps.done == ["start"]


async def test_waiting_caller_that_goes_away_disturbs_nobody(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.may_go_on.clear()
    first, second = asyncio.create_task(lifecycle.start()), asyncio.create_task(lifecycle.start())
    await asyncio.wait_for(steps.entered.wait(), 5)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    steps.may_go_on.set()
    await asyncio.wait_for(first, 5)
    assert steps.done == ["start"]


async def test_stop_waits_for_a_running_start(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.may_go_on.clear()
    starting = asyncio.create_task(lifecycle.start())
    await asyncio.wait_for(steps.entered.wait(), 5)
    stopping = asyncio.create_task(lifecycle.stop())
    await asyncio.sleep(0)
    assert steps.done == []
    steps.may_go_on.set()
    await asyncio.wait_for(asyncio.gather(starting, stopping), 5)
    assert steps.done == ["start", "stop"]
    assert state_of(lifecycle) is LifecycleState.STOPPED


async def test_failing_stop_leaves_it_stopped(lifecycle: Lifecycle, steps: Steps) -> None:
    await lifecycle.start()
    steps.failure = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await lifecycle.stop()
    assert state_of(lifecycle) is LifecycleState.STOPPED


async def test_stop_without_a_start_only_cleans_up(lifecycle: Lifecycle, steps: Steps) -> None:
    await lifecycle.stop()
    await lifecycle.start()
    await lifecycle.stop()
    await lifecycle.stop()
    assert steps.done == ["clean up", "start", "stop", "clean up"]


async def test_ensuring_a_start_starts_once(lifecycle: Lifecycle, steps: Steps) -> None:
    await asyncio.wait_for(asyncio.gather(*(lifecycle.ensure_started() for _ in range(10))), 5)
    await lifecycle.ensure_started()
    assert steps.done == ["start"]


async def test_ensuring_a_start_tries_again_after_a_failure(lifecycle: Lifecycle, steps: Steps) -> None:
    steps.failure = ValueError("broken")
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await lifecycle.ensure_started()


async def test_ensuring_a_start_does_not_undo_a_stop(lifecycle: Lifecycle, steps: Steps) -> None:
    await lifecycle.start()
    steps.entered.clear()
    steps.may_go_on.clear()
    stopping = asyncio.create_task(lifecycle.stop())
    await asyncio.wait_for(steps.entered.wait(), 5)
    late = asyncio.create_task(lifecycle.ensure_started())
    steps.may_go_on.set()
    with pytest.raises(ContextStateError, match=r"^the context was stopped; await start\(\) to use it again$"):
        await asyncio.wait_for(late, 5)
    await stopping
    await lifecycle.start()
    await lifecycle.ensure_started()
    assert steps.done == ["start", "stop", "start"]


async def test_start_from_within_a_start_returns_at_once() -> None:
    reached: list[str] = []

    async def start() -> None:
        await within.start()
        await asyncio.create_task(within.start())
        await within.ensure_started()
        reached.append("end of start")

    async def stop(started: bool) -> None:
        await within.stop()
        reached.append("end of stop")

    within = Lifecycle(start, stop)
    await asyncio.wait_for(within.start(), 5)
    await asyncio.wait_for(within.stop(), 5)
    assert reached == ["end of start", "end of stop"]


async def test_opposite_from_within_is_refused() -> None:
    async def start() -> None:
        with pytest.raises(ContextStateError) as caught:
            await within.stop()
        messages.append(str(caught.value))

    async def stop(started: bool) -> None:
        with pytest.raises(ContextStateError) as caught:
            await within.start()
        messages.append(str(caught.value))

    messages: list[str] = []
    within = Lifecycle(start, stop)
    await asyncio.wait_for(within.start(), 5)
    await asyncio.wait_for(within.stop(), 5)
    assert messages == [
        "the context is starting, and what takes part in that cannot stop it; stop it when start() has returned",
        "the context is stopping, and what takes part in that cannot start it; start it when stop() has returned",
    ]


async def test_task_made_by_a_start_may_stop_it_later() -> None:
    async def start() -> None:
        async def later() -> None:
            await started.wait()
            await within.stop()

        tasks.append(asyncio.create_task(later()))

    async def stop(started: bool) -> None: ...

    tasks: list[asyncio.Task[None]] = []
    started = asyncio.Event()
    within = Lifecycle(start, stop)
    await within.start()
    started.set()
    await asyncio.wait_for(tasks[0], 5)
    assert state_of(within) is LifecycleState.STOPPED


def test_one_context_may_live_in_several_event_loops_one_after_the_other() -> None:
    done: list[str] = []

    async def start() -> None:
        await asyncio.sleep(0)
        done.append("start")

    async def stop(started: bool) -> None:
        await asyncio.sleep(0)
        done.append("stop")

    within = Lifecycle(start, stop)

    async def run() -> None:
        await asyncio.gather(within.start(), within.start())
        await asyncio.gather(within.stop(), within.start())
        await within.stop()

    asyncio.run(run())
    asyncio.run(run())
    assert done == ["start", "stop", "start", "stop"] * 2
    assert done == ["start", "stop", "start", "stop"] * 2
    assert state_of(within) is LifecycleState.STOPPED
