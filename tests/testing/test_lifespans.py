"""Applications run from their first client to their last, or for as long as a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from pyfly.context import LifecycleState
from pyfly.server import ServerError
from pyfly.testing import connect, connect_path, running
from tests.testing.conftest import TalkController

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from tests.testing.conftest import Running

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[dict[str, Any]]]


def app_with(lifespan: Lifespan) -> Starlette:
    async def tell(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(websocket.state.number)

    return Starlette(routes=[WebSocketRoute("/", tell)], lifespan=lifespan)


def state_of(running_app: Running) -> LifecycleState:
    return running_app.context.state


async def test_application_runs_while_it_has_clients(running_app: Running) -> None:
    async with connect(running_app.app, TalkController.raw):
        assert state_of(running_app) is LifecycleState.STARTED
        async with connect(running_app.app, TalkController.raw):
            journal = running_app.journal
        assert state_of(running_app) is LifecycleState.STARTED
    assert state_of(running_app) is LifecycleState.STOPPED
    async with connect(running_app.app, TalkController.raw):
        assert running_app.journal is not journal


async def test_application_runs_for_the_block(running_app: Running) -> None:
    async with running(running_app.app):
        async with connect(running_app.app, TalkController.raw):
            journal = running_app.journal
        async with running(running_app.app), connect(running_app.app, TalkController.raw):
            assert running_app.journal is journal
        assert state_of(running_app) is LifecycleState.STARTED
    assert state_of(running_app) is LifecycleState.STOPPED


async def test_clients_that_come_together_wait_for_one_start() -> None:
    starts: list[int] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        starts.append(1)
        await asyncio.sleep(0)
        yield {"number": len(starts)}

    async def ask() -> Any:
        async with connect_path(app, "/") as client:
            return await client.receive_json()

    app = app_with(lifespan)
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(ask()) for _ in range(3)]
    assert [task.result() for task in asked] == [1, 1, 1]


async def test_application_that_somebody_else_has_started_is_left_running(running_app: Running) -> None:
    async with running_app.context:
        async with connect(running_app.app, TalkController.raw):
            pass
        assert state_of(running_app) is LifecycleState.STARTED


async def test_application_that_does_not_start_is_told() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        if not app.routes:
            yield {}
        raise ZeroDivisionError("at start")

    app = app_with(lifespan)
    for _ in range(2):  # the next one tries again
        with pytest.raises(ServerError, match="at start") as failed:
            async with connect_path(app, "/"):
                pass
        assert isinstance(failed.value.__cause__, ZeroDivisionError)


async def test_application_that_does_not_stop_is_told() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"number": 1}
        raise ZeroDivisionError("at stop")

    with pytest.raises(ZeroDivisionError, match="at stop"):
        async with connect_path(app_with(lifespan), "/"):
            pass
    with pytest.raises(LookupError):
        async with running(app_with(lifespan)):
            raise LookupError


async def test_start_that_is_cancelled_is_taken_back() -> None:
    stopped = asyncio.Event()
    reached = asyncio.Event()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        yield {}

    async def start() -> None:
        async with running(app_with(lifespan)):
            pass

    task = asyncio.create_task(start())
    await reached.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert stopped.is_set()
