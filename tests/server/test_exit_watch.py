from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import httpx2
import pytest

from pyfly.server import exit_watch
from pyfly.server.exit_watch import ExitWatch

if TYPE_CHECKING:
    from tests.conftest import ServeApp

APP = """
import asyncio
import pathlib
import sys
import time

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import get_mapping

def wait():
    print("blocked", flush=True)
    while not pathlib.Path(__file__).with_name("go").exists():
        time.sleep(0.02)

@rest_controller
class Slow:
    @get_mapping("/blocks")
    def blocks(self) -> str:
        wait()
        return "done"

    @get_mapping("/delegates")
    async def delegates(self) -> str:
        await asyncio.to_thread(wait)
        return "done"

app = create_app(sys.modules[__name__])
"""


@pytest.mark.parametrize(("path", "work"), [("/blocks", "Slow.blocks"), ("/delegates", "wait")])
def test_a_thread_that_outlives_the_signals_is_named(serve_app: ServeApp, path: str, work: str) -> None:
    server = serve_app(APP, graceful_timeout=0)
    asking = threading.Thread(target=_get, args=[f"{server.base_url}{path}"])
    asking.start()
    server.wait_for_output("blocked")
    server.signal(signal.SIGTERM)
    output = server.wait_for_output("which cannot be cancelled")
    assert f"The process waits for threads, which cannot be cancelled (1): {work} (" in output
    (server.log.parent / "go").touch()
    assert server.wait() == 0
    assert server.output().count("which cannot be cancelled") == 1
    asking.join(10)


def _get(url: str) -> None:
    assert httpx2.get(url, timeout=30).status_code == 503


def test_only_threads_begun_since_are_named(caplog: pytest.LogCaptureFixture) -> None:
    done, running = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        running.release()
        done.wait(10)

    def begin() -> threading.Thread:
        thread = threading.Thread(target=work)
        thread.start()
        assert running.acquire(timeout=10)
        return thread

    before = begin()
    watch = ExitWatch()
    watch._tell()
    since = begin()
    idle = threading.Thread(target=done.wait)
    idle.start()
    watch._tell()
    done.set()
    for thread in (before, since, idle):
        thread.join(10)
    (told,) = caplog.messages
    assert told.startswith("The process waits for threads, which cannot be cancelled (1): ")
    assert f"<locals>.work ({__file__}:" in told


def test_a_thread_that_has_ended_does_no_work() -> None:
    assert exit_watch._work_of(None) is None
