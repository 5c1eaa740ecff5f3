from __future__ import annotations

import asyncio
import signal

from pyfly.server.shutdown import Shutdown


async def test_the_first_request_stops_and_the_second_hurries() -> None:
    shutdown = Shutdown()
    shutdown.request()
    assert (shutdown.requested.is_set(), shutdown.hurried.is_set()) == (True, False)
    shutdown.request("supervisor")
    assert not shutdown.hurried.is_set()
    shutdown.request()
    assert shutdown.hurried.is_set()


async def test_signals_request_it_while_the_context_is_open() -> None:
    before = signal.getsignal(signal.SIGTERM)
    shutdown = Shutdown()
    with shutdown.on_signals():
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(shutdown.requested.wait(), timeout=5)
    assert signal.getsignal(signal.SIGTERM) is before


async def test_other_threads_get_no_signals() -> None:
    async def open_context() -> bool:
        with Shutdown().on_signals():
            return True

    assert await asyncio.to_thread(lambda: asyncio.run(open_context()))
