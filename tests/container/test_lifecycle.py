"""Hooks, scopes and closing."""

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from pyfly.container import (
    BeanCreationError,
    Container,
    ContainerClosedError,
    Scope,
    ScopeError,
    post_construct,
    pre_destroy,
)
from pyfly.metadata import MetadataRegistry, SourceLocation

SECONDS = 10


class Session: ...


class Recorder:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, text: str) -> None:
        self.seen.append(text)


@pytest.fixture
def record(container: Container) -> Recorder:
    recorder = Recorder()
    container.register_instance(recorder)
    return recorder


@pytest.fixture
def hooked(registry: MetadataRegistry) -> Callable[[str], type[Any]]:
    """Makes classes that record their hooks."""

    def make(name: str, *bases: type[Any]) -> type[Any]:
        class Hooked(*bases):  # type: ignore[misc]  # bases are the caller's
            def __init__(self, record: Recorder) -> None:
                self.record = record

            @post_construct(registry=registry)
            def start(self) -> None:
                self.record(f"{name} starts")

            @pre_destroy(registry=registry)
            def stop(self) -> None:
                self.record(f"{name} stops")

        Hooked.__name__ = Hooked.__qualname__ = name
        return Hooked

    return make


async def test_hooks_run_base_first_and_base_last(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Base:
        def __init__(self, record: Recorder) -> None:
            self.record = record

        @post_construct(registry=registry)
        def start_base(self) -> None:
            self.record("base starts")

        @pre_destroy(registry=registry)
        def stop_base(self) -> None:
            self.record("base stops")

        @post_construct(registry=registry)
        def again(self) -> None:
            self.record("overridden")

    class Derived(Base):
        @post_construct(registry=registry)
        async def start(self) -> None:
            self.record("derived starts")

        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            self.record("derived stops")

        def again(self) -> None:
            self.record("override")

    container.register(Derived)
    await container.get_bean_async(Derived)
    await container.close()
    assert record.seen == ["base starts", "override", "derived starts", "derived stops", "base stops"]


async def test_singletons_are_given_up_in_reverse_order_of_creation(
    container: Container, record: Recorder, hooked: Callable[[str], type[Any]]
) -> None:
    first, second = hooked("First"), hooked("Second")
    container.register(second)
    container.register(first)
    container.get_bean(first)
    container.get_bean(second)
    await container.close()
    assert record.seen == ["First starts", "Second starts", "Second stops", "First stops"]


async def test_failing_pre_destroy_is_logged_and_the_others_follow(
    container: Container,
    registry: MetadataRegistry,
    record: Recorder,
    hooked: Callable[[str], type[Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Failing:
        @pre_destroy(registry=registry)
        def fail(self) -> None:
            raise OSError("gone")

        @pre_destroy(registry=registry)
        async def cancel(self) -> None:
            raise asyncio.CancelledError

    last = hooked("Last")
    container.register(last)
    container.register(Failing)
    container.get_bean(last)
    container.get_bean(Failing)
    with caplog.at_level(logging.ERROR, "pyfly.container"):
        await container.close()
    place = SourceLocation.of(Failing)
    assert [log.getMessage() for log in caplog.records] == [
        f"pre_destroy cancel of Failing at {place} failed",
        f"pre_destroy fail of Failing at {place} failed",
    ]
    assert all(log.exc_info for log in caplog.records)
    assert record.seen[-1] == "Last stops"


async def test_closed_container_starts_afresh(
    container: Container, record: Recorder, hooked: Callable[[str], type[Any]]
) -> None:
    cls = hooked("Pool")
    container.register(cls)
    before = container.get_bean(cls)
    await container.close()
    await container.close()
    after = await container.get_bean_async(cls)
    assert after is not before
    assert container.get_bean(Recorder) is record
    await container.close()
    assert record.seen == ["Pool starts", "Pool stops"] * 2


async def test_bean_asked_for_while_closing_is_there_or_refused(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Late: ...

    class Last:
        @pre_destroy(registry=registry)
        def stop(self) -> None:
            record(str(container.get_bean(Recorder) is record))
            container.get_bean(Late)

    container.register(Late)
    container.register(Last)
    container.get_bean(Recorder)
    container.get_bean(Last)
    logged: list[BaseException | None] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record.exc_info[1] if record.exc_info else None)

    handler = Handler()
    logging.getLogger("pyfly.container").addHandler(handler)
    try:
        await container.close()
    finally:
        logging.getLogger("pyfly.container").removeHandler(handler)
    assert record.seen == ["True"]
    (error,) = logged
    assert isinstance(error, ContainerClosedError)
    assert str(error) == "Late cannot be created: the container is closing"


async def test_second_close_waits_for_the_first(container: Container, registry: MetadataRegistry) -> None:
    closing, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            closing.set()
            await go_on.wait()

    container.register(Slow)
    container.get_bean(Slow)
    async with asyncio.timeout(SECONDS):
        first = asyncio.create_task(container.close())
        await closing.wait()
        second = asyncio.create_task(container.close())
        await asyncio.sleep(0)
        assert not second.done()
        go_on.set()
        await asyncio.gather(first, second)


async def test_cancelled_close_finishes_before_it_is_cancelled(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    closing, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            closing.set()
            await go_on.wait()
            record("stopped")

    container.register(Slow)
    container.get_bean(Slow)
    async with asyncio.timeout(SECONDS):
        task = asyncio.create_task(container.close())
        await closing.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert record.seen == ["stopped"]


async def test_close_cancels_what_is_being_created(container: Container) -> None:
    started, never = asyncio.Event(), asyncio.Event()

    async def session() -> Session:
        started.set()
        await never.wait()
        return Session()

    container.register_factory(session)
    async with asyncio.timeout(SECONDS):
        asker = asyncio.create_task(container.get_bean_async(Session))
        await started.wait()
        await container.close()
        with pytest.raises(BeanCreationError) as caught:
            await asker
    assert str(caught.value) == (
        f"the creation of Session at {SourceLocation.of(session)} was stopped by CancelledError"
    )


async def test_container_closed_inside_a_creation_raises(container: Container) -> None:
    async def session() -> Session:
        await container.close()
        return Session()

    container.register_factory(session)
    async with asyncio.timeout(SECONDS):
        with pytest.raises(ContainerClosedError) as caught:
            await container.get_bean_async(Session)
    place = SourceLocation.of(session)
    assert str(caught.value) == f"the container cannot close inside the creation of Session at {place}"


async def test_failing_post_construct_leaves_no_bean_and_cleans_its_factory_up(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Pool:
        @post_construct(registry=registry)
        def start(self) -> None:
            raise OSError("no route")

    def pool() -> Iterator[Pool]:
        try:
            yield Pool()
        finally:
            record("sync cleanup")

    async def async_pool() -> AsyncIterator[Pool]:
        try:
            yield Pool()
        finally:
            record("async cleanup")

    container.register_factory(pool, primary=True)
    with pytest.raises(OSError, match="no route"):
        container.get_bean(Pool)
    container.register_factory(async_pool, name="other", primary=True)
    container.register_factory(pool, name="third")
    other = Container(registry)
    other.register_factory(async_pool)
    with pytest.raises(OSError, match="no route"):
        await other.get_bean_async(Pool)
    assert record.seen == ["sync cleanup", "async cleanup"]


async def test_plain_factory_with_failing_post_construct_raises(
    container: Container, registry: MetadataRegistry
) -> None:
    class Pool:
        @post_construct(registry=registry)
        async def start(self) -> None:
            raise OSError("no route")

    container.register(Pool)
    with pytest.raises(OSError, match="no route"):
        await container.get_bean_async(Pool)


async def test_hooks_of_the_made_class_run_where_a_factory_declares_an_interface(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Pool: ...

    class Made(Pool):
        @post_construct(registry=registry)
        def start(self) -> None:
            record("starts")

        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            record("stops")

    def pool() -> Pool:
        return Made()

    container.register_factory(pool)
    container.get_bean(Pool)
    await container.close()
    assert record.seen == ["starts", "stops"]


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_async_post_construct_that_the_declared_type_hides_is_an_error(
    container: Container, registry: MetadataRegistry, asynchronous: bool
) -> None:
    class Pool: ...

    class Made(Pool):
        @post_construct(registry=registry)
        async def start(self) -> None: ...

    def pool() -> Pool:
        return Made()

    container.register_factory(pool)
    with pytest.raises(BeanCreationError) as caught:
        await container.get_bean_async(Pool) if asynchronous else container.get_bean(Pool)
    assert str(caught.value) == (
        f"post_construct Made.start of Pool at {SourceLocation.of(pool)} has to be awaited, which its declared type "
        "does not tell; declare the factory's return type as Made, or make start an async def method"
    )


async def test_post_construct_that_returns_a_future_is_awaited(
    container: Container, registry: MetadataRegistry
) -> None:
    class Made:
        @post_construct(registry=registry)
        def start(self) -> "asyncio.Future[None]":
            future = asyncio.get_running_loop().create_future()
            future.set_result(None)
            return future

    async def made() -> Made:
        return Made()

    container.register_factory(made)
    assert isinstance(await container.get_bean_async(Made), Made)

    other = Container(registry)
    other.register(Made)
    with pytest.raises(BeanCreationError, match="has to be awaited"):
        other.get_bean(Made)


async def test_session_beans_are_made_once_a_session(container: Container) -> None:
    class Shared: ...

    class Token: ...

    class Chat:
        def __init__(self, session: Session, shared: Shared, token: Token) -> None:
            self.found = (session, shared)
            self.token = token

    container.register_provided(Session, Scope.SESSION)
    container.register(Shared)
    container.register(Token, scope="transient")
    container.register(Chat, scope="session")
    container.check()

    chats: list[Chat] = []
    for _ in range(2):
        session = Session()
        async with container.open_scope(Scope.SESSION, provided={Session: session}) as scope:
            chat = scope.get_bean(Chat)
            assert await scope.get_bean_async(Chat) is chat
            assert chat.found == (session, container.get_bean(Shared))
            assert scope.get_bean(Shared) is container.get_bean(Shared)
            assert scope.get_bean(Session) is session
            assert len({scope.get_bean(Token), await scope.get_bean_async(Token), chat.token}) == 3
        chats.append(chat)
    assert chats[0] is not chats[1]


@pytest.mark.parametrize("ending", ["return", "error", "cancel"])
async def test_scope_gives_its_beans_up_at_every_ending(
    container: Container, record: Recorder, hooked: Callable[[str], type[Any]], ending: str
) -> None:
    first, second = hooked("First"), hooked("Second")
    for cls in (first, second):
        container.register(cls, scope="session")
    inside = asyncio.Event()

    async def converse() -> None:
        async with container.open_scope(Scope.SESSION) as scope:
            scope.get_bean(first)
            await scope.get_bean_async(second)
            inside.set()
            if ending == "error":
                raise OSError
            if ending == "cancel":
                await asyncio.Event().wait()

    async with asyncio.timeout(SECONDS):
        task = asyncio.create_task(converse())
        await inside.wait()
        if ending == "cancel":
            task.cancel()
        await asyncio.wait([task])
    assert task.cancelled() is (ending == "cancel")
    assert record.seen == ["First starts", "Second starts", "Second stops", "First stops"]
    assert ending != "error" or isinstance(task.exception(), OSError)


async def test_ended_scope_makes_no_beans(container: Container) -> None:
    container.register(Session, scope="session")
    async with container.open_scope(Scope.SESSION) as scope:
        pass
    with pytest.raises(ContainerClosedError) as caught:
        scope.get_bean(Session)
    assert str(caught.value) == "Session cannot be created: the session scope is closed"


async def test_scope_end_cancels_what_is_being_created(container: Container) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def session() -> Session:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return Session()

    container.register_factory(session, scope="session")
    async with asyncio.timeout(SECONDS):
        async with container.open_scope(Scope.SESSION) as scope:
            asker = asyncio.create_task(scope.get_bean_async(Session))
            await started.wait()
            asker.cancel()
        assert cancelled.is_set()
        with pytest.raises(asyncio.CancelledError):
            await asker


async def test_what_is_not_handed_in_is_named_when_it_is_needed(container: Container) -> None:
    container.register_provided(Session, Scope.SESSION)
    async with container.open_scope(Scope.SESSION) as scope:
        with pytest.raises(ScopeError) as caught:
            scope.get_bean(Session)
    assert str(caught.value) == (
        "Session is handed in when a session scope opens, and was not; open the scope with provided={Session: ...}"
    )


def test_handing_in_what_nobody_told_of_is_refused(container: Container) -> None:
    container.register_provided(Session, Scope.SESSION)
    with pytest.raises(ScopeError) as caught:
        container.open_scope(Scope.REQUEST, provided={Session: Session()})
    assert str(caught.value) == (
        "Session is handed into a request scope that knows nothing of it; "
        "call register_provided(Session, Scope.REQUEST) before"
    )


@pytest.mark.parametrize("scope", [Scope.SINGLETON, Scope.TRANSIENT])
def test_only_sessions_and_requests_are_opened(container: Container, scope: Scope) -> None:
    with pytest.raises(ScopeError, match=f"a {scope} scope is not opened; open Scope.SESSION or Scope.REQUEST"):
        container.open_scope(scope)


async def test_bean_of_the_other_scope_is_refused(container: Container) -> None:
    container.register(Session, scope="request")
    async with container.open_scope(Scope.SESSION) as scope:
        with pytest.raises(ScopeError, match=r"lives in a request, and none is open here"):
            await scope.get_bean_async(Session)


async def test_ended_sessions_leave_nothing_behind(container: Container) -> None:
    """Also where a singleton was made inside a session, and a task that it started lives on."""
    tasks: list[asyncio.Task[bool]] = []
    alive: weakref.WeakSet[object] = weakref.WeakSet()

    class Shared: ...

    async def shared() -> Shared:
        tasks.append(asyncio.create_task(asyncio.Event().wait()))
        return Shared()

    class Chat:
        def __init__(self, shared: Shared, session: Session) -> None:
            alive.add(self)

    container.register_factory(shared)
    container.register_provided(Session, Scope.SESSION)
    container.register(Chat, scope="session")

    async def converse() -> None:
        session = Session()
        alive.add(session)
        async with container.open_scope(Scope.SESSION, provided={Session: session}) as scope:
            await scope.get_bean_async(Chat)

    async with asyncio.timeout(SECONDS):
        for _ in range(3):
            await converse()
        await asyncio.sleep(0)
        gc.collect()
        assert set(alive) == set()
        tasks[0].cancel()
        await asyncio.wait(tasks)


async def test_container_closed_by_a_bean_that_is_given_up_does_not_wait_for_itself(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Rooms:
        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            await asyncio.create_task(container.close())
            record("Rooms stop")

    container.register(Rooms)
    container.get_bean(Rooms)
    async with asyncio.timeout(SECONDS):
        await container.close()
    assert record.seen == ["Rooms stop"]


async def test_scope_left_by_a_bean_that_is_given_up_does_not_wait_for_itself(
    container: Container, registry: MetadataRegistry, record: Recorder
) -> None:
    class Rooms:
        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            await scope.__aexit__(None, None, None)
            await container.close()
            record("Rooms stop")

    class Pool:
        @pre_destroy(registry=registry)
        async def stop(self) -> None:
            await scope.__aexit__(None, None, None)
            record("Pool stops")

    container.register(Pool)
    container.register(Rooms, scope=Scope.SESSION)
    container.get_bean(Pool)
    async with asyncio.timeout(SECONDS), container.open_scope(Scope.SESSION) as scope:
        scope.get_bean(Rooms)
    assert record.seen == ["Pool stops", "Rooms stop"]


async def test_beans_given_up_are_not_handed_out_while_the_others_are(
    container: Container, registry: MetadataRegistry
) -> None:
    answers: list[object] = []

    class Pool:
        @pre_destroy(registry=registry)
        def stop(self) -> None:
            answers.append(container.ready_bean(Pool))
            answers.append(container.ready_bean(Rooms))
            with pytest.raises(ContainerClosedError) as caught:
                container.get_bean(Rooms)
            answers.append(str(caught.value))

    class Rooms:
        def __init__(self, pool: Pool) -> None:
            self.pool = pool

        @pre_destroy(registry=registry)
        def stop(self) -> None:
            answers.append(container.get_bean(Pool) is self.pool)

    container.register(Pool)
    container.register(Rooms)
    rooms = container.get_bean(Rooms)
    assert container.get_bean(Rooms) is container.ready_bean(Rooms) is rooms
    await container.close()
    assert answers == [True, None, None, "Rooms cannot be created: the container is closing"]
    assert container.get_bean(Rooms) is not rooms


def test_factory_that_yields_none_is_closed(container: Container, record: Recorder) -> None:
    def make() -> Iterator[Session]:
        try:
            yield None  # type: ignore[misc]  # the mistake under test
        finally:
            record("closed")

    container.register_factory(make)
    with pytest.raises(BeanCreationError, match="gave None where a Session is due"):
        container.get_bean(Session)
    assert record.seen == ["closed"]


async def test_scope_is_entered_once(container: Container) -> None:
    scope = container.open_scope(Scope.SESSION)
    async with scope:
        with pytest.raises(ScopeError, match=r"^the session scope is entered a second time; open a new one$"):
            await scope.__aenter__()
