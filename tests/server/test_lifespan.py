from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pyfly.errors import PyflyError
from pyfly.server import ServerError
from pyfly.server import lifespan as lifespan_module
from pyfly.server.lifespan import Lifespan


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifespan_module, "LAST_WORDS_SECONDS", 0.05)


async def test_the_application_runs_from_start_to_stop_in_one_task() -> None:
    tasks = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        for _ in range(2):
            message = await receive()
            tasks.append((message["type"], asyncio.current_task()))
            scope["state"]["x"] = 1
            await send({"type": message["type"] + ".complete"})

    lifespan = Lifespan(app)
    await lifespan.start()
    assert lifespan.state == {"x": 1}
    await lifespan.stop()
    assert [kind for kind, _ in tasks] == ["lifespan.startup", "lifespan.shutdown"]
    assert len({task for _, task in tasks}) == 1


@pytest.mark.parametrize("error", [KeyError("type"), None])
async def test_an_application_without_lifespan_is_served(error: Exception | None) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if error is not None:
            raise error

    lifespan = Lifespan(app)
    await lifespan.start()
    await lifespan.stop()


async def test_a_refusal_to_start_is_an_error_with_the_reason() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(ServerError) as caught:
        await Lifespan(app).start()
    assert str(caught.value) == "the application did not start: no database"


async def test_a_refusal_to_start_by_an_application_that_goes_on() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed"})
        await receive()

    lifespan = Lifespan(app)
    with pytest.raises(ServerError) as caught:
        await lifespan.start()
    assert str(caught.value) == "the application did not start: it gave no reason"
    await lifespan.stop()


async def test_what_the_application_raises_at_start_is_chained() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
        raise ConnectionError("no database")

    with pytest.raises(ServerError) as caught:
        await Lifespan(app).start()
    assert str(caught.value) == "the application did not start: ConnectionError: no database"
    assert isinstance(caught.value.__cause__, ConnectionError)


@pytest.mark.parametrize("refuses", [True, False])
async def test_what_pyfly_finds_wrong_itself_is_passed_on(refuses: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if refuses:
            await send({"type": "lifespan.startup.failed"})
        raise PyflyError("app.py:3: a bad path")

    with pytest.raises(PyflyError, match=r"^app.py:3: a bad path$"):
        await Lifespan(app).start()


async def test_a_failed_stop_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.failed", "message": "still busy"})

    lifespan = Lifespan(app)
    await lifespan.start()
    await lifespan.stop()
    assert caplog.messages == ["The application did not stop cleanly: still busy"]


async def test_an_application_that_does_not_return_is_cancelled() -> None:
    cancelled = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            while True:
                message = await receive()
                await send({"type": message["type"] + ".complete"})
        finally:
            cancelled.set()

    lifespan = Lifespan(app)
    await lifespan.start()
    await lifespan.stop()
    assert cancelled.is_set()


async def test_stopping_breaks_off_a_start() -> None:
    ended = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    lifespan = Lifespan(app)
    starting = asyncio.create_task(lifespan.start())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    starting.cancel()
    await lifespan.stop()
    assert ended == [True]


async def test_stopping_what_was_not_started_does_nothing() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    await Lifespan(app).stop()


async def test_an_application_that_raises_while_it_stops_is_not_an_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "pyfly.server")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise LookupError

    lifespan = Lifespan(app)
    await lifespan.start()
    await lifespan.stop()
    assert caplog.messages == ["The application's lifespan ended with LookupError()"]


async def test_notes_of_what_refused_the_start_are_told() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})
        error = ConnectionError("no database")
        error.add_note("while creating Pool at pool.py:3")
        raise error

    with pytest.raises(ServerError) as caught:
        await Lifespan(application).start()
    assert str(caught.value) == (
        "the application did not start: ConnectionError: no database\nwhile creating Pool at pool.py:3"
    )
