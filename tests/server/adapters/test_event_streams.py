"""An event stream that never waits, on each server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from tests.conftest import ServeApp

APP = """
import sys
from collections.abc import AsyncIterator

from pyfly import create_app
from pyfly.container import rest_controller
from pyfly.web import get_mapping
from pyfly.web.sse import sse_mapping

@rest_controller
class Ticks:
    @sse_mapping("/ticks")
    async def ticks(self) -> AsyncIterator[int]:
        number = 0
        try:
            while True:
                number += 1
                yield number
        finally:
            print("ticks end", flush=True)

    @get_mapping("/ping")
    async def ping(self) -> str:
        return "pong"

app = create_app(sys.modules[__name__])
"""


async def test_a_stream_that_never_waits_ends_with_its_client_and_holds_nobody_up(
    serve_app: ServeApp, backend: str
) -> None:
    server = serve_app(APP, backend=backend)
    async with httpx2.AsyncClient(timeout=10) as client:
        async with client.stream("GET", f"{server.base_url}/ticks") as response:
            assert "data: 1\n" in await anext(response.aiter_text())
            assert (await client.get(f"{server.base_url}/ping")).json() == "pong"
        assert (await client.get(f"{server.base_url}/ping")).json() == "pong"
    server.wait_for_output("ticks end")
    assert server.stop() == 0
    assert "Traceback" not in server.output()


def test_a_client_that_does_not_read_does_not_hold_the_stop_up(serve_app: ServeApp, backend: str) -> None:
    server = serve_app(APP, backend=backend)
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        raw.sendall(b"GET /ticks HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert raw.recv(10)
        httpx2.get(f"{server.base_url}/ping", timeout=10)
        assert server.stop() == 0
    assert "ticks end" in server.output()
    assert "goes on although" not in server.output()
