from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest

from pyfly.server import ServerError, ServerSettings
from pyfly.server import worker as worker_module
from pyfly.server.ports import Lack, Listener, ServerAdapter, Stopping
from pyfly.server.shutdown import Shutdown
from pyfly.server.worker import load_adapter, serve_application

SETTINGS = ServerSettings(graceful_timeout=0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A bound socket."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        host, port = bound.getsockname()
        yield Listener(host, port, bound)


class Adapter:
    """A server that does what a test says."""

    name = "double"
    binds = False

    def __init__(self, *, error: Exception | None = None, returns: bool = False, deaf: bool = False) -> None:
        self.error = error
        self.returns = returns
        self.deaf = deaf
        self.events: list[str] = []

    async def serve(self, application: Any, listener: Any, settings: Any, *, stopping: Stopping) -> None:
        self.events.append("serving")
        if self.error is not None:
            raise self.error
        if not self.returns:
            await (asyncio.Event() if self.deaf else stopping).wait()
        self.events.append("closed")

    def check(self, settings: ServerSettings) -> list[Lack]:
        return []


class App:
    """An application that remembers its lifespan."""

    def __init__(self, events: list[str], *, hangs_at: str = "") -> None:
        self.events = events
        self.hangs_at = hangs_at

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        for kind in ("startup", "shutdown"):
            await receive()
            self.events.append(kind)
            if kind == self.hangs_at:
                await asyncio.Event().wait()
            await send({"type": f"lifespan.{kind}.complete"})


async def test_the_lifespan_goes_round_the_serving(listener: Listener) -> None:
    adapter, shutdown = Adapter(), Shutdown()
    app = App(adapter.events)
    await serve_application(app, adapter, listener, SETTINGS, shutdown, started=shutdown.request)
    assert adapter.events == ["startup", "serving", "closed", "shutdown"]


async def test_an_error_of_the_server_ends_the_application(listener: Listener) -> None:
    adapter = Adapter(error=ServerError("no more files"))
    with pytest.raises(ServerError, match="no more files"):
        await serve_application(App(adapter.events), adapter, listener, SETTINGS, Shutdown())
    assert adapter.events == ["startup", "serving", "shutdown"]


async def test_a_server_that_ends_by_itself_is_an_error(listener: Listener) -> None:
    adapter = Adapter(returns=True)
    with pytest.raises(ServerError) as caught:
        await serve_application(App(adapter.events), adapter, listener, SETTINGS, Shutdown())
    assert str(caught.value) == "double ended by itself; its log says why"


async def test_a_server_that_does_not_close_is_cancelled(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "CLOSING_SECONDS", 0.01)
    adapter, shutdown = Adapter(deaf=True), Shutdown()
    await serve_application(App(adapter.events), adapter, listener, SETTINGS, shutdown, started=shutdown.request)
    assert adapter.events == ["startup", "serving", "shutdown"]


async def test_a_server_closes_for_as_long_as_there_is_time(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Thorough(Adapter):
        async def serve(self, application: Any, listener: Any, settings: Any, *, stopping: Stopping) -> None:
            await stopping.wait()
            await asyncio.sleep(0.1)
            self.events.append("all is sent")

    monkeypatch.setattr(worker_module, "CLOSING_SECONDS", 0.01)
    settings, adapter, shutdown = SETTINGS.model_copy(update={"graceful_timeout": 60}), Thorough(), Shutdown()
    await serve_application(App(adapter.events), adapter, listener, settings, shutdown, started=shutdown.request)
    assert adapter.events == ["startup", "all is sent", "shutdown"]


async def test_a_second_request_breaks_the_closing_off(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Adapter):
        async def serve(self, application: Any, listener: Any, settings: Any, *, stopping: Stopping) -> None:
            await stopping.wait()
            shutdown.request()
            await asyncio.Event().wait()

    monkeypatch.setattr(worker_module, "CLOSING_SECONDS", 0.01)
    settings, adapter, shutdown = SETTINGS.model_copy(update={"graceful_timeout": 3600}), Endless(), Shutdown()
    async with asyncio.timeout(10):
        await serve_application(App(adapter.events), adapter, listener, settings, shutdown, started=shutdown.request)
    assert adapter.events == ["startup", "shutdown"]


async def test_a_request_to_stop_breaks_off_the_start(listener: Listener) -> None:
    adapter, shutdown = Adapter(), Shutdown()
    app = App(adapter.events, hangs_at="startup")
    asyncio.get_running_loop().call_soon(shutdown.request)
    await serve_application(app, adapter, listener, SETTINGS, shutdown)
    assert adapter.events == ["startup"]


async def test_a_second_request_breaks_off_the_end(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    adapter, shutdown = Adapter(), Shutdown()

    def stop_twice() -> None:
        shutdown.request()
        shutdown.request()

    app = App(adapter.events, hangs_at="shutdown")
    await serve_application(app, adapter, listener, SETTINGS, shutdown, started=stop_twice)
    assert adapter.events == ["startup", "serving", "closed", "shutdown"]
    assert "Not waiting for the application's lifespan to end" in caplog.messages


async def test_a_server_that_binds_by_itself_is_announced_when_it_accepts(listener: Listener) -> None:
    assert listener.socket is not None
    shutdown = Shutdown()
    binding = Listener("0.0.0.0", listener.port, None)

    class Late(Adapter):
        async def serve(self, application: Any, listener: Any, settings: Any, *, stopping: Stopping) -> None:
            asyncio.get_running_loop().call_later(0.05, bound.listen)
            await super().serve(application, listener, settings, stopping=stopping)

    bound = listener.socket
    adapter = Late()
    async with asyncio.timeout(10):
        await serve_application(App(adapter.events), adapter, binding, SETTINGS, shutdown, started=shutdown.request)
    assert adapter.events == ["startup", "serving", "closed", "shutdown"]


@pytest.mark.parametrize("backend", ["uvicorn", "granian", "hypercorn"])
def test_each_backend_has_an_adapter(backend: Any) -> None:
    adapter: ServerAdapter = load_adapter(backend)
    assert adapter.name == backend
    lacks = {lack.setting for lack in adapter.check(ServerSettings(backend=backend, ping_interval=0))}
    assert lacks == ({"close_timeout", "max_message_size"} if backend == "granian" else set())


def test_the_double_is_an_adapter() -> None:
    adapter: ServerAdapter = Adapter()
    assert cast("object", adapter)
