"""Serves an application in this process, from its loading to its end."""

from __future__ import annotations

import asyncio
import importlib
import logging
from typing import TYPE_CHECKING, Any, cast

from pyfly.draining import Draining, DrainPlan
from pyfly.server.calls import ApplicationCalls
from pyfly.server.errors import ServerError
from pyfly.server.event_loops import choose_loop
from pyfly.server.exit_watch import ExitWatch
from pyfly.server.lifespan import Lifespan
from pyfly.server.ports import Stopping
from pyfly.server.proxy_headers import ProxyHeaders
from pyfly.server.shutdown import STOP_SIGNALS, Shutdown

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Coroutine, Iterable

    from pyfly.server.ports import ASGIApp, Listener, ServerAdapter
    from pyfly.server.settings import Backend, ServerSettings
    from pyfly.server.targets import AppTarget

__all__ = ["load_adapter", "run_worker", "serve_application"]

logger: logging.Logger = logging.getLogger("pyfly.server")

KNOCKING_SECONDS = 0.02
"""How often to try whether a server that binds by itself accepts connections."""

ENDING_SECONDS = 0.75
"""What is kept of the graceful timeout, so that what takes all of it ends within it: cutting off, and the lifespan."""

ENDING_SHARE = 0.15
"""How much of the graceful timeout that is at most."""

CLOSING_SECONDS = 1.0
"""What a server gets at least to send what is left and to close connections, after the application's part."""


def load_adapter(backend: Backend) -> ServerAdapter:
    """Import the adapter of a server.

    Raises:
        MissingExtraError: The server is not installed.
    """
    module = importlib.import_module(f"pyfly.server.adapters.{backend}")
    return cast("ServerAdapter", getattr(module, f"{backend.capitalize()}Adapter")())


def run_worker(
    target: AppTarget,
    adapter: ServerAdapter,
    listener: Listener,
    settings: ServerSettings,
    *,
    signals: Iterable[signal.Signals] = STOP_SIGNALS,
    listen: Callable[[Shutdown, asyncio.AbstractEventLoop], None] | None = None,
    started: Callable[[], None] | None = None,
) -> None:
    """Load the application and serve it in an event loop of its own, until told to stop.

    Args:
        target: What to serve.
        adapter: The server to serve it with.
        listener: Where to listen.
        settings: How to serve it.
        signals: What asks to stop.
        listen: Called in the event loop with what else may ask to stop.
        started: Called in the event loop when the application has started and connections are accepted.

    Raises:
        PyflyError: It cannot be served.
    """
    _, loop_factory = choose_loop(settings.loop)
    application = target.load()
    watch = ExitWatch()

    async def serve() -> None:
        shutdown = Shutdown()
        if listen is not None:
            listen(shutdown, asyncio.get_running_loop())
        with shutdown.on_signals(signals):
            await serve_application(application, adapter, listener, settings, shutdown, started=started)
        watch.start()

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(serve())


async def serve_application(
    application: ASGIApp,
    adapter: ServerAdapter,
    listener: Listener,
    settings: ServerSettings,
    shutdown: Shutdown,
    *,
    started: Callable[[], None] | None = None,
) -> None:
    """Run the application's lifespan, and serve it in between.

    At the end sessions are drained, while the port stays open; then the server closes it, and what WebSockets there
    are. Handlers get the graceful timeout for all of that, and those left are cancelled; clients that are still taking
    what was sent to them get what is left of it. Only then the application is
    told to stop: what handlers use is there until they are done.

    Args:
        application: The ASGI application.
        adapter: The server.
        listener: Where to listen.
        settings: How to serve.
        shutdown: Says when to stop.
        started: Called when the application has started and connections are accepted.

    Raises:
        PyflyError: The application does not start, or the server ends by itself.
    """
    lifespan = Lifespan(application)
    try:
        if not await _finish_unless(shutdown.requested, lifespan.start()):
            return
        inner = ProxyHeaders(application, settings.forwarded_allow_ips) if settings.proxy_headers else application
        calls = ApplicationCalls(inner, state=lifespan.state, root_path=settings.root_path)
        await _serve_calls(calls, adapter, listener, settings, shutdown, started)
    finally:
        if not await _finish_unless(shutdown.hurried, lifespan.stop()):
            logger.warning("Not waiting for the application's lifespan to end")
        Draining.here().end()
        logger.info("Stopped")


async def _serve_calls(
    calls: ApplicationCalls,
    adapter: ServerAdapter,
    listener: Listener,
    settings: ServerSettings,
    shutdown: Shutdown,
    started: Callable[[], None] | None,
) -> None:
    stopping = Stopping()
    draining = Draining.here()
    draining.join(calls)
    if listener.socket is not None:
        listener.socket.listen(settings.backlog)
    serving = asyncio.create_task(adapter.serve(calls, listener, settings, stopping=stopping), name=adapter.name)
    requested = asyncio.create_task(shutdown.requested.wait())
    announcing = asyncio.create_task(_announce(listener, started))
    try:
        await asyncio.wait({serving, requested}, return_when=asyncio.FIRST_COMPLETED)
        if not requested.done():
            await serving
            raise ServerError(f"{adapter.name} ended by itself; its log says why")
        logger.info("Stopping")
        loop = asyncio.get_running_loop()
        begun = loop.time()
        seconds = settings.graceful_timeout - min(ENDING_SECONDS, ENDING_SHARE * settings.graceful_timeout)
        plan = DrainPlan(shutdown.code, settings.drain_batch, settings.drain_pause, seconds)
        await _finish_unless(shutdown.hurried, draining.run(plan))
        stopping.begin(shutdown.code)
        await calls.finish(seconds, hurry=shutdown.hurried, spent=loop.time() - begun)
        left = seconds - (loop.time() - begun)
        if not await _finish_unless(shutdown.hurried, _wait(serving, max(left, CLOSING_SECONDS))):
            await _wait(serving, CLOSING_SECONDS)
        if serving.done():
            await serving
    finally:
        for task in (serving, requested, announcing):
            task.cancel()
        await asyncio.wait({serving, requested, announcing})


async def _wait(task: asyncio.Task[None], seconds: float) -> None:
    await asyncio.wait({task}, timeout=seconds)


async def _announce(listener: Listener, started: Callable[[], None] | None) -> None:
    if started is None:
        return
    if listener.socket is None:
        await _wait_until_accepting(listener)
    started()


async def _wait_until_accepting(listener: Listener) -> None:
    """Knock at a port that the server opens by itself, until it does."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listener.host, listener.host)
    while True:
        try:
            _, writer = await asyncio.open_connection(host, listener.port)
        except OSError:
            await asyncio.sleep(KNOCKING_SECONDS)
        else:
            writer.close()
            return


async def _finish_unless(event: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do some work, or give it up when an event comes first.

    Returns:
        Whether the work was done.
    """
    working = asyncio.create_task(work)
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
            return True
        return False
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.wait({working, waiting})
