"""A server that is told to stop tells every client, and stops."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from tests.reliability.conftest import APPS
from tests.reliability.misbehaving import CLOSE, RawClient

if TYPE_CHECKING:
    from tests.conftest import ServeApp
    from tests.reliability.conftest import Note

CLIENTS = 50
LIMIT = 5.0
STOPPING = {1001, 1012}


async def test_a_stop_tells_handlers_that_wait_elsewhere(serve_app: ServeApp, backend: str, note: Note) -> None:
    server = serve_app("sessions:app", backend=backend, path=APPS, graceful_timeout=4)
    paths = ["/elsewhere", "/echo", "/rooms/crowd"]
    clients = [await RawClient.open(server, paths[number % 3]) for number in range(CLIENTS)]
    start = time.monotonic()
    server.signal()
    code = await asyncio.to_thread(server.wait, 30)
    took = time.monotonic() - start
    async with asyncio.timeout(10):
        closes = [await client.until(CLOSE) for client in clients]
    told = sum(close is not None and close.close_code in STOPPING for close in closes)
    for client in clients:
        client.close()
    note(
        "SIGTERM with handlers that wait elsewhere",
        f"{CLIENTS} told by 1001 or 1012, exit within {LIMIT:g} s",
        f"{told} told, {took:.1f} s",
    )
    assert code == 0
    assert told == CLIENTS
    assert took <= LIMIT
    assert "Traceback" not in server.output()
