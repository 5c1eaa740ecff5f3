"""Many askers at once: tasks, threads, and creations that ask for each other."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pyfly.container import AsyncBeanError, BeanCreationError, CircularBeanError, Container, Scope

SECONDS = 10


class Pool: ...


class Other: ...


class Chat:
    def __init__(self, pool: Pool) -> None:
        self.pool = pool


class Gate:
    """An async factory that stops until it is let through."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.open = asyncio.Event()
        self.calls = 0
        self.error: Exception | None = None

    async def make(self) -> Pool:
        self.calls += 1
        self.started.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return Pool()


async def test_async_singleton_asked_for_by_many_is_made_once_and_others_do_not_wait(container: Container) -> None:
    gate = Gate()
    container.register_factory(gate.make)
    container.register(Chat)
    container.register(Other)

    async with asyncio.timeout(SECONDS):
        pools = [asyncio.create_task(container.get_bean_async(Pool)) for _ in range(20)]
        chats = [asyncio.create_task(container.get_bean_async(Chat)) for _ in range(20)]
        await gate.started.wait()
        assert isinstance(await container.get_bean_async(Other), Other)
        with pytest.raises(AsyncBeanError):
            container.get_bean(Pool)
        with pytest.raises(AsyncBeanError):
            container.get_bean(Chat)
        gate.open.set()
        (pool,) = set(await asyncio.gather(*pools))
        (chat,) = set(await asyncio.gather(*chats))
    assert chat.pool is pool
    assert gate.calls == 1


async def test_failed_creation_reaches_all_waiters_and_is_tried_again(container: Container) -> None:
    gate = Gate()
    gate.error = OSError("no route")
    container.register_factory(gate.make)
    container.register(Chat)

    async with asyncio.timeout(SECONDS):
        askers = [asyncio.create_task(container.get_bean_async(cls)) for cls in (Pool, Chat, Pool)]
        await gate.started.wait()
        gate.open.set()
        assert await asyncio.gather(*askers, return_exceptions=True) == [gate.error] * 3
        gate.error = None
        assert isinstance(await container.get_bean_async(Chat), Chat)
    assert gate.calls == 2


async def test_cancelled_asker_leaves_the_creation_to_the_others(container: Container) -> None:
    gate = Gate()
    container.register_factory(gate.make)

    async with asyncio.timeout(SECONDS):
        first = asyncio.create_task(container.get_bean_async(Pool))
        await gate.started.wait()
        second = asyncio.create_task(container.get_bean_async(Pool))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        gate.open.set()
        assert await second is await container.get_bean_async(Pool)
    assert gate.calls == 1


async def test_creation_nobody_waits_for_any_more_is_found_by_the_next(container: Container) -> None:
    gate = Gate()
    container.register_factory(gate.make)

    async with asyncio.timeout(SECONDS):
        first = asyncio.create_task(container.get_bean_async(Pool))
        await gate.started.wait()
        first.cancel()
        await asyncio.wait([first])
        gate.open.set()
        await container.get_bean_async(Pool)
    assert gate.calls == 1


async def test_async_bean_asked_for_inside_its_own_creation_raises(container: Container) -> None:
    async def pool() -> Pool:
        return await container.get_bean_async(Pool)

    container.register_factory(pool)
    async with asyncio.timeout(SECONDS):
        with pytest.raises(CircularBeanError, match="circular beans: Pool -> Pool, asked for while Pool is being"):
            await container.get_bean_async(Pool)


async def test_bean_asked_for_by_a_task_its_creation_awaits_raises(container: Container) -> None:
    async def pool() -> Pool:
        return await asyncio.gather(container.get_bean_async(Chat), asyncio.sleep(0))  # type: ignore[return-value]

    container.register_factory(pool)
    container.register(Chat)
    async with asyncio.timeout(SECONDS):
        with pytest.raises(CircularBeanError, match="circular beans: Pool -> Chat -> Pool"):
            await container.get_bean_async(Chat)


async def test_bean_asked_for_by_a_worker_thread_its_creation_awaits_raises(container: Container) -> None:
    class Sync:
        def __init__(self, pool: Pool) -> None: ...

    async def pool() -> Pool:
        await asyncio.to_thread(container.get_bean, Sync)
        return Pool()

    container.register_factory(pool)
    container.register(Sync)
    async with asyncio.timeout(SECONDS):
        with pytest.raises((CircularBeanError, AsyncBeanError)):
            await container.get_bean_async(Pool)


async def test_two_creations_that_ask_for_each_other_raise_instead_of_waiting_for_ever(container: Container) -> None:
    both = asyncio.Barrier(2)

    async def pool() -> Pool:
        await both.wait()
        await container.get_bean_async(Other)
        return Pool()

    async def other() -> Other:
        await both.wait()
        await container.get_bean_async(Pool)
        return Other()

    container.register_factory(pool)
    container.register_factory(other)
    async with asyncio.timeout(SECONDS):
        results = await asyncio.gather(
            container.get_bean_async(Pool), container.get_bean_async(Other), return_exceptions=True
        )
    assert all(isinstance(result, CircularBeanError) for result in results)


def test_two_threads_whose_creations_ask_for_each_other_raise_instead_of_blocking(container: Container) -> None:
    both = threading.Barrier(2)

    def meet() -> None:
        if not both.broken:
            both.wait(SECONDS)

    def pool() -> Pool:
        meet()
        container.get_bean(Other)
        return Pool()

    def other() -> Other:
        meet()
        container.get_bean(Pool)
        return Other()

    container.register_factory(pool)
    container.register_factory(other)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(container.get_bean, Pool)
        second = threads.submit(container.get_bean, Other)
        errors = [first.exception(SECONDS), second.exception(SECONDS)]
    assert all(isinstance(error, CircularBeanError) for error in errors)


async def test_task_that_outlives_the_creation_may_ask_for_the_bean(container: Container) -> None:
    made = asyncio.Event()
    tasks: list[asyncio.Task[Pool]] = []

    async def pool() -> Pool:
        async def later() -> Pool:
            await made.wait()
            return await container.get_bean_async(Pool)

        tasks.append(asyncio.create_task(later()))
        return Pool()

    container.register_factory(pool)
    async with asyncio.timeout(SECONDS):
        found = await container.get_bean_async(Pool)
        made.set()
        assert await tasks[0] is found


def test_singleton_asked_for_by_many_threads_is_made_once(container: Container) -> None:
    count, go_on = 8, threading.Event()
    waiting = threading.Barrier(count)
    calls: list[int] = []

    class Slow:
        def __init__(self) -> None:
            calls.append(1)
            go_on.wait(SECONDS)

    class Holder:
        def __init__(self, slow: Slow) -> None:
            self.slow = slow

    def ask(cls: type[Slow | Holder]) -> object:
        if waiting.wait(SECONDS) == 0:
            go_on.set()
        found = container.get_bean(cls)
        return found.slow if isinstance(found, Holder) else found

    container.register(Slow)
    container.register(Holder)
    with ThreadPoolExecutor(count) as threads:
        found = set(threads.map(ask, [Slow, Holder] * (count // 2), timeout=SECONDS))
    assert len(found) == len(calls) == 1


async def test_task_awaits_what_a_thread_is_making_without_blocking_its_loop(container: Container) -> None:
    started, go_on = threading.Event(), threading.Event()

    class Slow:
        def __init__(self) -> None:
            started.set()
            go_on.wait(SECONDS)

    container.register(Slow)
    async with asyncio.timeout(SECONDS):
        in_thread = asyncio.create_task(asyncio.to_thread(container.get_bean, Slow))
        await asyncio.to_thread(started.wait)
        asker = asyncio.create_task(container.get_bean_async(Slow))
        await asyncio.sleep(0)
        assert not asker.done()
        go_on.set()
        assert await asker is await in_thread


async def test_close_waits_for_what_a_thread_is_making(container: Container) -> None:
    started, go_on = threading.Event(), threading.Event()

    class Slow:
        def __init__(self) -> None:
            started.set()
            go_on.wait(SECONDS)

    container.register(Slow)
    async with asyncio.timeout(SECONDS):
        in_thread = asyncio.create_task(asyncio.to_thread(container.get_bean, Slow))
        await asyncio.to_thread(started.wait)
        closing = asyncio.create_task(container.close())
        await asyncio.sleep(0)
        assert not closing.done()
        go_on.set()
        await closing
        assert isinstance(await in_thread, Slow)


def test_loops_of_two_threads_share_a_singleton(container: Container) -> None:
    both = threading.Barrier(2)

    async def pool() -> Pool:
        await asyncio.sleep(0)
        return Pool()

    async def ask() -> Pool:
        both.wait(SECONDS)
        return await container.get_bean_async(Pool)

    def run() -> Pool:
        return asyncio.run(ask())

    container.register_factory(pool)
    with ThreadPoolExecutor(2) as threads:
        found = {future.result(SECONDS) for future in [threads.submit(run), threads.submit(run)]}
    assert len(found) == 1


async def test_creation_cancelled_from_outside_before_its_first_step_is_tried_again(container: Container) -> None:
    gate = Gate()
    gate.open.set()
    container.register_factory(gate.make, name="pool")
    async with asyncio.timeout(SECONDS):
        asker = asyncio.create_task(container.get_bean_async(Pool))
        await asyncio.sleep(0)
        (creation,) = (task for task in asyncio.all_tasks() if task.get_name() == "create bean pool")
        creation.cancel()
        with pytest.raises(BeanCreationError, match="was stopped by CancelledError"):
            await asker
        assert gate.calls == 0
        assert isinstance(await container.get_bean_async(Pool), Pool)


async def test_session_bean_asked_for_by_many_tasks_is_made_once_a_session(container: Container) -> None:
    gate = Gate()
    container.register_factory(gate.make, scope="session")
    container.register(Chat, scope="session")
    async with asyncio.timeout(SECONDS), container.open_scope(Scope.SESSION) as scope:
        askers = [asyncio.create_task(scope.get_bean_async(Chat)) for _ in range(5)]
        await gate.started.wait()
        gate.open.set()
        assert len(set(await asyncio.gather(*askers))) == 1
    assert gate.calls == 1


async def test_async_transient_bean_is_made_for_each_asker(container: Container) -> None:
    gate = Gate()
    gate.open.set()
    container.register_factory(gate.make, scope="transient")
    async with asyncio.timeout(SECONDS):
        found = await asyncio.gather(*(container.get_bean_async(Pool) for _ in range(3)))
    assert len(set(found)) == gate.calls == 3


async def test_bean_whose_task_has_still_to_finish_is_awaited_though_all_it_needs_is_there(
    container: Container,
) -> None:
    gate = Gate()

    class Room:
        def __init__(self, chat: Chat) -> None:
            self.chat = chat

    async def ask_for_room_as_soon_as_the_pool_is_there() -> Room:
        await container.get_bean_async(Pool)
        with pytest.raises(AsyncBeanError, match="use await get_bean_async"):
            container.get_bean(Chat)
        return await container.get_bean_async(Room)

    container.register_factory(gate.make)
    container.register(Chat)
    container.register(Room)
    async with asyncio.timeout(SECONDS):
        room = asyncio.create_task(ask_for_room_as_soon_as_the_pool_is_there())
        await gate.started.wait()
        chat = asyncio.create_task(container.get_bean_async(Chat))
        await asyncio.sleep(0)
        gate.open.set()
        assert (await room).chat is await chat


async def test_task_of_a_transient_bean_may_ask_for_another_of_its_kind_later(container: Container) -> None:
    made = asyncio.Event()
    tasks: list[asyncio.Task[Pool]] = []

    async def pool() -> Pool:
        async def later() -> Pool:
            await made.wait()
            return await container.get_bean_async(Pool)

        if not tasks:
            tasks.append(asyncio.create_task(later()))
        return Pool()

    container.register_factory(pool, scope="transient")
    async with asyncio.timeout(SECONDS):
        first = await container.get_bean_async(Pool)
        made.set()
        assert await tasks[0] is not first


def test_interrupt_passes_through_and_the_bean_is_tried_again(container: Container) -> None:
    interrupts = [True, False]

    class Stubborn:
        def __init__(self) -> None:
            if interrupts.pop(0):
                raise KeyboardInterrupt

    container.register(Stubborn)
    with pytest.raises(KeyboardInterrupt):
        container.get_bean(Stubborn)
    assert isinstance(container.get_bean(Stubborn), Stubborn)
