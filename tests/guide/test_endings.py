"""The six ways a conversation ends: what the client sees, and the hook that always runs, once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from tests.conftest import LiveServer, ServeApp
    from tests.guide.conftest import Dial

APPS = Path(__file__).parent / "apps"
WAIT = 10.0

# Granian does not tell a client that vanished from one that closed without a code.
CODE_OF_A_VANISHED_CLIENT = {"uvicorn": 1006, "granian": 1005, "hypercorn": 1006}


@pytest.fixture
def server(serve_app: ServeApp, backend: str) -> LiveServer:
    return serve_app("endings:app", backend=backend, path=APPS)


async def close_of(client: ClientConnection) -> tuple[int | None, str | None]:
    async with asyncio.timeout(WAIT):
        with pytest.raises(ConnectionClosed):
            await client.recv()
    return client.close_code, client.close_reason


async def hook_runs_once(server: LiveServer, *, accepted: bool, code: int, stopping: bool = False) -> str:
    """Wait for the hook and the server's end, which is asked for unless it is `stopping`; return what was printed."""
    await asyncio.to_thread(server.wait_for_output, "on_disconnect")
    if not stopping:
        server.signal()
    assert await asyncio.to_thread(server.wait) == 0
    output = server.output()
    assert f"on_disconnect: accepted={accepted} code={code}\n" in output
    assert output.count("on_disconnect") == 1
    return output


async def test_handler_returns(server: LiveServer, dial: Dial) -> None:
    client = await dial(server, "/ws/return")

    await client.send("over")

    assert await close_of(client) == (1000, "")
    assert "WARNING" not in await hook_runs_once(server, accepted=True, code=1000)


async def test_client_closes(server: LiveServer, dial: Dial) -> None:
    client = await dial(server, "/ws/listen")

    await client.close(4001, "enough")

    assert (client.close_code, client.close_reason) == (4001, "enough")
    output = await hook_runs_once(server, accepted=True, code=4001)
    assert "WARNING" not in output


async def test_client_vanishes_without_a_close_frame(server: LiveServer, backend: str, dial: Dial) -> None:
    client = await dial(server, "/ws/listen")

    client.transport.abort()

    assert (await close_of(client))[0] == 1006
    output = await hook_runs_once(server, accepted=True, code=CODE_OF_A_VANISHED_CLIENT[backend])
    assert "WARNING" not in output


async def test_handler_fails(server: LiveServer, dial: Dial) -> None:
    client = await dial(server, "/ws/error")

    await client.send("go on")

    assert await close_of(client) == (1011, "the handler failed")
    output = await hook_runs_once(server, accepted=True, code=1011)
    assert "WARNING pyfly.websocket: EndingsController.failing: the handler failed" in output
    assert "LookupError: failing after accept" in output


async def test_handler_fails_before_accept(server: LiveServer, dial: Dial) -> None:
    with pytest.raises(InvalidStatus) as denied:
        await dial(server, "/ws/error-before-accept")

    response = denied.value.response
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert b"failing before accept" not in response.body
    output = await hook_runs_once(server, accepted=False, code=1006)
    assert "WARNING pyfly.websocket: EndingsController.failing_before_accept: the handler failed" in output
    assert "LookupError: failing before accept" in output


async def test_server_stops_while_the_handler_receives(server: LiveServer, dial: Dial) -> None:
    client = await dial(server, "/ws/listen")
    await client.send("ready?")
    assert await client.recv() == "ready?"

    server.signal()

    assert (await close_of(client))[0] == 1001
    output = await hook_runs_once(server, accepted=True, code=1001, stopping=True)
    assert "WARNING" not in output


async def test_server_stops_while_the_handler_is_busy(serve_app: ServeApp, backend: str, dial: Dial) -> None:
    server = serve_app("endings:app", backend=backend, path=APPS, graceful_timeout=0.2)
    client = await dial(server, "/ws/busy")
    assert await client.recv() == "busy"

    server.signal()

    # The handler is cancelled after the graceful timeout, when the client has long been told.
    assert (await close_of(client))[0] == 1001
    output = await hook_runs_once(server, accepted=True, code=1001, stopping=True)
    assert "Cancelling 1 connections that did not end in time" in output


async def test_server_stops_right_after_the_handshake(server: LiveServer, dial: Dial) -> None:
    clients = await asyncio.gather(*(dial(server, "/ws/listen") for _ in range(10)))

    server.signal()

    assert [(await close_of(client))[0] for client in clients] == [1001] * 10
    assert await asyncio.to_thread(server.wait) == 0
    output = server.output()
    assert output.count("on_disconnect: accepted=True code=1001\n") == 10
    assert "WARNING" not in output
