from __future__ import annotations

import asyncio
import signal

import pytest

from pyfly.server.shutdown import Shutdown


async def test_the_first_request_stops_and_the_second_hurries() -> None:
    shutdown = Shutdown()
    shutdown.request()
    assert (shutdown.requested.is_set(), shutdown.hurried.is_set()) == (True, False)
    shutdown.request("supervisor")
    assert not shutdown.hurried.is_set()
    shutdown.request()
    assert shutdown.hurried.is_set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_signals_request_it_while_the_context_is_open(number: signal.Signals) -> None:
    previous = signal.signal(number, signal.default_int_handler)  # whatever the tests were started with
    shutdown = Shutdown()
    try:
        with shutdown.on_signals():
            signal.raise_signal(number)
            await asyncio.wait_for(shutdown.requested.wait(), timeout=5)
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, previous)


async def test_who_is_to_outlive_its_terminal_does() -> None:
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Shutdown().on_signals():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, previous)


async def test_other_threads_get_no_signals() -> None:
    async def open_context() -> bool:
        with Shutdown().on_signals():
            return True

    assert await asyncio.to_thread(lambda: asyncio.run(open_context()))
